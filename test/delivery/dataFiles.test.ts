import assert from "node:assert/strict";
import { existsSync, lstatSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isData, takeData } from "../../features/delivery/dataFiles.ts";
import { GitProject } from "../support/delivery.ts";

const TENANT = `displayName: Globex
owner: { team: ops, email: ops@globex.example }
bundles: [sales]
environments: { staging: {} }
`;

describe("data of a branch", () => {
  let project: GitProject;
  beforeEach(() => {
    project = new GitProject({ "tenants/globex.yaml": TENANT, "index.ts": "main's", "package.json": "{}" });
    project.git("checkout", "--quiet", "-b", "branch");
  });
  afterEach(() => project.remove());

  /** Takes the branch's data into main's checkout. */
  function take(): string[] {
    project.git("checkout", "--quiet", "--force", "main");
    return takeData(project.root, "HEAD", "branch");
  }
  const has = (file: string) => existsSync(join(project.root, file));
  const text = (file: string) => readFileSync(join(project.root, file), "utf8");

  it("is taken: what is new, changed and gone", () => {
    project.commit({
      "tenants/initech.yaml": TENANT.replace("Globex", "Initech"),
      "tenants/globex.yaml": undefined,
      "plans.yaml": "changed: true\n",
    });
    assert.deepEqual(take(), ["plans.yaml", "tenants/globex.yaml", "tenants/initech.yaml"]);
    assert.ok(!has("tenants/globex.yaml"));
    assert.match(text("tenants/initech.yaml"), /Initech/);
    assert.equal(text("plans.yaml"), "changed: true\n");
  });

  it("is all that is taken: no code, workflow, dependency, setting or key", () => {
    const code = {
      "index.ts": "throw 1",
      "package.json": '{ "scripts": { "postinstall": "evil" } }',
      ".npmrc": "registry=https://evil.example",
      ".github/workflows/plan.yml": "evil",
      ".github/actions/setup/action.yml": "evil",
      "Pulumi.yaml": "main: evil.ts",
      "Pulumi.prod.yaml": "config: { odoo-saas:keycloak: { url: https://evil.example } }",
      "components/part.ts": "evil",
      "config/schemas/tenant.ts": "evil",
      "policies/index.ts": "evil",
      "charts/odoo/values.yaml": "evil",
      "tenants/evil.ts": "evil",
      "tenants/evil.yaml.ts": "evil",
      "tenants/nested/evil.yaml": "evil",
      "tenants/package.json": "{}",
      "tenants/.hidden.yaml": "evil",
      "tenants/x\n.yaml": "evil",
      "releases/attestations/keys/evil.pem": "evil",
      "releases/node_modules/x.yaml": "evil",
      "x/tenants/acme.yaml": "evil",
      "sql/tenant/core/v2/001.sql": "evil",
    };
    project.commit({ ...code, "tenants/initech.yaml": TENANT });
    assert.deepEqual(take(), ["tenants/initech.yaml"]);
    assert.equal(project.git("status", "--porcelain", "--untracked-files=all"), "?? tenants/initech.yaml");
    assert.deepEqual(Object.keys(code).filter(isData), []);
  });

  for (const [file, target] of [
    ["tenants/initech.yaml", "/etc/passwd"],
    ["tenants/globex.yaml", "../Pulumi.prod.yaml"],
    ["plans.yaml", "tenants/globex.yaml"],
    ["bundles/evil.yaml", "../.git/config"],
  ] as const) {
    it(`is refused as a symbolic link: ${file} to ${target}`, () => {
      const path = join(project.root, file);
      if (existsSync(path)) unlinkSync(path);
      symlinkSync(target, path);
      project.commit({ "tenants/other.yaml": TENANT });
      assert.throws(take, new RegExp(`${file} is a symbolic link, expected a file.*#preview`));
      assert.ok(!has("tenants/other.yaml"), "nothing is written before all is looked at");
    });
  }

  it("is refused as a submodule or a folder where a file belongs", () => {
    const commit = project.git("rev-parse", "HEAD");
    project.git("update-index", "--add", "--cacheinfo", `160000,${commit},tenants/sub.yaml`);
    project.git("commit", "--quiet", "--message", "a submodule");
    assert.throws(take, /tenants\/sub\.yaml is not a regular file/);
  });

  it("is written beside what main's link leads to, not through it", () => {
    project.git("checkout", "--quiet", "main");
    symlinkSync("globex.yaml", join(project.root, "tenants/linked.yaml"));
    project.commit({});
    project.git("checkout", "--quiet", "-B", "branch");
    unlinkSync(join(project.root, "tenants/linked.yaml"));
    project.commit({ "tenants/linked.yaml": "the branch's\n" });
    take();
    assert.ok(lstatSync(join(project.root, "tenants/linked.yaml")).isFile());
    assert.equal(text("tenants/globex.yaml"), TENANT);
  });

  it("leaves what main has changed since the branch left it", () => {
    project.commit({ "tenants/initech.yaml": TENANT });
    project.git("checkout", "--quiet", "main");
    project.commit({ "tenants/umbrella.yaml": TENANT, "tenants/globex.yaml": undefined });
    project.git("checkout", "--quiet", "branch");
    assert.deepEqual(take(), ["tenants/initech.yaml"]);
    assert.ok(has("tenants/umbrella.yaml") && !has("tenants/globex.yaml"));
  });
});
