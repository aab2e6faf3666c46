import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import { Field } from "../../policies/lib/field.ts";
import { RUNBOOK } from "../../policies/lib/policy.ts";
import { compliantStack, drop, remake, set } from "./support/fixtures.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { unknownCheckingProxy } from "../../policies/lib/unknownValues.ts";
import { type Diagnostic, PACK, type PackProcess, startPack } from "./support/packProcess.ts";
import { copyPack, releasedCheckout } from "./support/releasedCheckout.ts";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

const files = readdirSync(PACK).filter((file) => file.endsWith(".ts") && !["all.ts", "index.ts"].includes(file));
const sandboxConfig = readJson("sandbox.json") as Record<string, Record<string, boolean>>;
const pullRequestConfig = readJson("pull-request.json") as Record<string, Record<string, boolean>>;

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(PACK, path), "utf8")) as Record<string, unknown>;
}

describe("policy pack", () => {
  const policies = new Map<string, Policy>();
  let root: string;
  let pack: PackProcess;

  before(async () => {
    for (const file of files) {
      const exported = Object.entries((await import(join(PACK, file))) as Record<string, Policy>);
      assert.deepEqual(
        exported.map(([name]) => `${name}.ts`),
        [file],
        "a file exports one policy, of its own name",
      );
      for (const [, policy] of exported) policies.set(policy.name, policy);
    }
    root = writeHostFiles(releasedCheckout(compliantStack()));
    pack = await startPack(copyPack(root));
  });
  after(async () => {
    await pack.stop();
    rmSync(root, { recursive: true });
  });

  it("serves every policy of the folder, all mandatory", async () => {
    const info = await pack.info();
    const served = info.getPoliciesList();
    assert.equal(policies.size, files.length, "names are unique");
    assert.deepEqual(served.map((policy) => policy.getName()).sort(), [...policies.keys()].sort());
    for (const policy of served) {
      assert.equal(policy.getEnforcementlevel(), messages.EnforcementLevel.MANDATORY, policy.getName());
    }
    assert.equal(info.getVersion(), readJson("../package.json").version);
  });

  it("refuses through the wire what single policies refuse, and accepts what the program makes", async () => {
    const compliant = compliantStack();
    assert.deepEqual(await pack.analyze(compliant), []);
    assert.deepEqual(await pack.analyzeStack(compliant), []);

    const broken = compliantStack();
    set("acme-database-role", "superuser", true)(broken);
    set("acme-database-database", "owner", "globex-eu")(broken);
    drop("acme-realm-realm")(broken);
    const named = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ policy }) => policy);
    assert.deepEqual(named(await pack.analyze(broken)), ["database-roles", "database-per-tenant"]);
    // What was refused before it was made is not repeated at the end.
    assert.deepEqual(named(await pack.analyzeStack(broken)), ["realm-per-tenant"]);
  });

  it("says nothing of values that are not known before the update", async () => {
    const preview = compliantStack();
    set("acme-database-role", "connectionLimit", UNKNOWN)(preview);
    set("acme-web", "spec.template", UNKNOWN)(preview);
    assert.deepEqual(await pack.analyze(preview), []);
    assert.deepEqual(await pack.analyzeStack(preview), []);
  });

  it("relaxes by sandbox.json what a sandbox needs, and that in no other stack", async () => {
    const unsafe = (stack: string) => {
      const resources = compliantStack(stack);
      for (const [resource, path, value] of [
        ["acme-realm-realm", "sslRequired", "external"],
        ["acme-database-setup", "connection.sslmode", "disable"],
        ["tenants-database", "sslmode", "disable"],
      ] as const) {
        set(resource, path, value)(resources);
      }
      remake("acme-filestore", { protect: false })(resources);
      return resources;
    };
    const refused = async (stack: string) => {
      const resources = unsafe(stack);
      const found = [...(await pack.analyze(resources)), ...(await pack.analyzeStack(resources))];
      return [...new Set(found.map(({ policy }) => policy))].sort();
    };
    const relaxed = Object.keys(sandboxConfig).sort();
    assert.deepEqual(await refused("sandbox"), relaxed, "strict when nothing is configured");
    await pack.configure(sandboxConfig);
    assert.deepEqual(await refused("sandbox"), []);
    assert.deepEqual(await refused("prod-eu"), relaxed);
    // The one is promoted, the other is where attestations come from.
    const others = relaxed.filter((name) => name !== "attested-releases");
    assert.deepEqual(await refused("prod"), others);
    assert.deepEqual(await refused("staging-eu"), others);
    await pack.configure({});
  });

  it("lets what is only proposed be previewed in prod by pull-request.json, and never be done", async () => {
    const proposed = compliantStack("prod-eu");
    const refused = async (isPreview: boolean) => {
      await pack.configureStack("prod-eu", isPreview);
      return [...new Set((await pack.analyze(proposed)).map(({ policy }) => policy))];
    };
    assert.deepEqual(await refused(true), ["attested-releases"]);
    await pack.configure(pullRequestConfig);
    assert.deepEqual(await refused(true), []);
    assert.deepEqual(await refused(false), ["attested-releases"]);
    await pack.configure({});
  });

  it("has a name, a sentence and a section of the runbook for every policy", () => {
    const runbook = readFileSync(join(PACK, "..", RUNBOOK), "utf8");
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    for (const name of policies.keys())
      assert.ok(sections.includes(name), `add a section "## ${name}" to ${RUNBOOK}: why, and how to comply`);
    assert.deepEqual(sections, ["Meaning", "Fix", ...[...policies.keys()].sort()]);
    for (const policy of policies.values()) {
      assert.match(policy.name, /^[a-z]+(-[a-z]+)*$/);
      assert.match(policy.description, /^[A-Z].*\.$/);
    }
  });

  it("names in its configuration files only what policies can be told", () => {
    for (const [name, values] of [...Object.entries(sandboxConfig), ...Object.entries(pullRequestConfig)]) {
      const known = Object.keys(policies.get(name)?.configSchema?.properties ?? {});
      for (const key of Object.keys(values)) assert(known.includes(key), `${name}.${key}`);
    }
  });

  it("gives each option of a policy a default and an explanation", () => {
    for (const policy of policies.values()) {
      for (const [key, schema] of Object.entries(policy.configSchema?.properties ?? {})) {
        assert.notEqual(schema.default, undefined, `${policy.name}.${key}`);
        assert.match(schema.description ?? "", /^[A-Z].*\.$/, `${policy.name}.${key}`);
      }
    }
  });

  it("knows all of the library's marks of unknown values", () => {
    const library = createRequire(import.meta.url)("@pulumi/policy/proxy.js") as Record<string, unknown>;
    const marks = Object.entries(library).filter(([name]) => /^unknown.+Value$/.test(name));
    assert.equal(marks.length, 7);
    for (const [name, mark] of marks) {
      assert.throws(() => unknownCheckingProxy({ mark }).mark, /can't be known/, name);
      assert.equal(new Field(mark).known, false, name);
      assert.equal(new Field({ mark }).at("mark", "below").known, false, name);
    }
  });
});
