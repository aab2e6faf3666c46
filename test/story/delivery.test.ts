import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { MARKER } from "../../features/delivery/comment.ts";
import { comments, issues } from "../../sandbox/forge/github/routes/issues.ts";
import { Company, tenantText } from "./support/company.ts";
import { tenantsSchema } from "../e2e/support/world.ts";
import { POLICY_PACK } from "../../lib/policyPack.ts";

const OLD = "18.0-2026.11";
const GOLDEN = join(import.meta.dirname, "support/comment.md");

describe("from a branch to production", () => {
  let company: Company;
  const begin = Date.now();
  before(async () => {
    company = await Company.found({ acme: tenantText("Acme", "{ canary: true }") }, OLD);
  });
  after(async () => {
    console.log(
      `      delivery: ${company.github.requests.length} calls of GitHub's API, ${((Date.now() - begin) / 1000).toFixed(0)} s`,
    );
    if (process.env.ODOO_E2E_KEEP === "1") console.log(`kept: ${company.folder}`);
    else await company.close();
  });

  it("brings the first tenant to staging and, attested and promoted, to prod; not before", async () => {
    company.main();
    const refused = await company.refused("promotion", "prod", "deploy up", "--stack", "prod");
    assert.match(refused, /promotions\/prod\.yaml is missing.*nothing was promoted yet/);
    assert.match(refused, /tenant\/acme has not passed staging's tests .* and staging has never tested it/);
    await company.deployStaging();
    await company.promote();
    assert.match(
      (await company.ok("prod", "deploy up", "--stack", "prod")).stdout,
      /Wave 1 of 1 \(all\): acme \(new\)/,
    );
  });

  it("refuses an attestation that was tampered with, and prod with it", async () => {
    company.main();
    const file = company.git("ls-files", "releases/attestations/*.json");
    const genuine = company.read(file);
    const { payload, ...rest } = z.looseObject({ payload: z.string() }).parse(JSON.parse(genuine));
    const tampered = Buffer.from(payload, "base64")
      .toString("utf8")
      .replace(/[0-9a-f]{64}/, "f".repeat(64));
    company.write(file, JSON.stringify({ ...rest, payload: Buffer.from(tampered).toString("base64") }));
    const proposed = await company.refused("promotion", undefined, "deploy promote", "--to", "prod", "--open");
    assert.match(proposed, /no attestation of staging that can be trusted \(1 refused\)/);
    const deployed = await company.refused("attestation", "prod", "deploy up", "--stack", "prod");
    assert.match(
      deployed,
      /has no valid signature of a key in releases\/attestations\/keys: it was modified after signing/,
    );
    company.main();
    await company.ok(undefined, "deploy promote", "--to", "prod", "--check");
  });

  it("finds a change by hand, says in one issue what and how to fix it, and fixes it", async () => {
    await company.byHand("ALTER ROLE acme CONNECTION LIMIT 3");
    await company.ok("prod", "deploy drift", "--stack", "prod", "--issue");
    const drift = () => [...issues(company.repository).values()].filter(({ title }) => title === "Drift in prod");
    assert.equal(drift().length, 1);
    assert.match(drift()[0]?.body ?? "", /### acme\n[^#]*\| database \| `acme-database-role` \| `connectionLimit` \|/);
    assert.match(drift()[0]?.body ?? "", /npx odoo-saas deploy drift --stack prod --fix/);
    await company.ok("prod", "deploy drift", "--stack", "prod", "--fix");
    assert.deepEqual(
      await company.byHand("SELECT rolname FROM pg_roles WHERE rolname = 'acme' AND rolconnlimit = 3"),
      [],
    );
    await company.ok("prod", "deploy drift", "--stack", "prod", "--issue");
    assert.deepEqual(
      drift().map(({ state }) => state),
      ["closed"],
    );
  });

  it("tells in one comment what a branch that adds a tenant comes to, after its files are right", async () => {
    const added = tenantText("Globex", "{}");
    const pull = await company.propose("add-globex", {
      "tenants/globex.yaml": added.replace("plan: small", "plan: smal"),
    });
    const wrong = await company.refused("validation", undefined, "ci validate", "--base", "origin/main");
    assert.match(wrong, /^::error file=tenants\/globex\.yaml,line=3,col=7,title=plan::is "smal"/m);
    company.amend("add-globex", { "tenants/globex.yaml": added });
    await company.ok(undefined, "ci validate", "--base", "origin/main");
    const comment = ["--changes", "reports/changes.json", "--plans", "reports"];
    await company.ok(undefined, "ci changes", "--base", "origin/main", "--out", "reports/changes.json");
    await company.ok(undefined, "ci comment", ...comment);
    await company.ok("staging", "ci preview", "--stack", "staging");
    await company.ok("prod", "ci preview", "--stack", "prod");
    await company.ok(undefined, "ci comment", ...comment);
    const own = comments(company.repository).filter(({ issue, body }) => issue === pull && body.startsWith(MARKER));
    assert.equal(own.length, 1);
    const text = (own[0]?.body ?? "").replace(/Preview of [0-9a-f]{7}/, "Preview of <commit>");
    assert.equal(text, readFileSync(GOLDEN, "utf8"));
  });

  it("lets nobody bring by hand to prod what is only proposed, not even as a preview of proposals may", async () => {
    const args = [
      "up",
      "--yes",
      "--skip-preview",
      "--non-interactive",
      "--stack",
      "prod",
      "--policy-pack",
      POLICY_PACK,
    ];
    const proposal = ["--policy-pack-config", "policies/pull-request.json"];
    const { env } = company.stages.prod;
    const { status, stdout, stderr } = spawnSync("pulumi", [...args, ...proposal], {
      cwd: company.root,
      env,
      encoding: "utf8",
    });
    company.printed.push(stdout, stderr);
    assert.notEqual(status, 0);
    assert.match(
      stdout,
      /globex: specHash is "[0-9a-f]{64}", but nothing in promotions\/prod\.yaml\. npx odoo-saas deploy promote --to prod/,
    );
    assert.doesNotMatch(stdout, /acme: specHash/);
    assert.deepEqual(await company.byHand("SELECT rolname FROM pg_roles WHERE rolname LIKE 'globex%'"), []);
  });

  it("prints, comments and opens nothing that holds a secret", () => {
    const tenants = Object.values(company.stages).flatMap(({ env, name }) => {
      const args = ["stack", "output", "--json", "--show-secrets", "--stack", name];
      const { stdout } = spawnSync("pulumi", args, { cwd: company.root, env, encoding: "utf8" });
      return Object.values(z.object({ tenants: tenantsSchema }).parse(JSON.parse(stdout)).tenants);
    });
    const secrets = [
      ...Object.values(company.stages).flatMap(({ instance }) => Object.values(instance.secrets)),
      ...tenants.flatMap(({ database, realm, analytics, backup }) => [
        database.password,
        realm.clientSecret,
        analytics.password,
        backup.password,
      ]),
    ].flatMap((secret) => [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "").slice(0, -1)]);
    assert.ok(secrets.length > 60);
    const places = {
      printed: company.printed.join("\n"),
      comments: JSON.stringify(comments(company.repository)),
      issues: JSON.stringify([...issues(company.repository).values()]),
      plans: ["plan-staging.json", "plan-prod.json", "changes.json"]
        .map((file) => company.read(`reports/${file}`))
        .join(),
    };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, place);
      assert.ok(!secrets.some((secret) => text.includes(secret)), place);
    }
    assert.deepEqual(company.github.unknown, []);
  });

  it("finds out that a promised model is gone, and says whose promise it was", async () => {
    company.main();
    await company.byHand("DELETE FROM ir_model WHERE model = 'crm.lead'", "acme");
    const failed = await company.refused("smoke", "prod", "deploy smoke", "--stack", "prod");
    assert.match(failed, /^FAILED acme objects: not there: model crm\.lead \(bundle crm-sales\)$/m);
    assert.match(failed, /^ok +acme modules: /m);
  });

  it("backs up every tenant's realm at night, and says whose it could not", async () => {
    assert.match((await company.ok("prod", "ci realms", "--stack", "prod")).stdout, /of realm acme with \d+ users/);
    company.git("mv", "tenants/acme.yaml", "tenants/globex.yaml");
    const failed = await company.refused("realms", "prod", "ci realms", "--stack", "prod");
    assert.match(failed, /^acme: tenants\/acme\.yaml is not in this checkout/m);
  });
});
