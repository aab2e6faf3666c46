import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import { MARKER } from "../../delivery/comment.ts";
import { databaseServer } from "../../sandbox/services/databases.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import { KEYCLOAK_CLIENT, keycloakUrl } from "../../sandbox/services/keycloak.ts";
import { kubeconfigPath } from "../../sandbox/services/kubernetes.ts";
import { comments, issues } from "../support/github/routes/issues.ts";
import { kubernetes } from "../e2e/support/clients.ts";
import { Company } from "../e2e/support/delivery/company.ts";
import { tenantsSchema } from "../e2e/support/world.ts";

const OLD = "18.0-2026.11";
const NEW = "18.0-2026.12";
const GOLDEN = join(import.meta.dirname, "../e2e/support/delivery/comment.md");

function tenant(name: string, prod: string): string {
  return `displayName: ${name}
owner: { team: test-team, email: test@example.com }
plan: small
bundles: [crm-sales]
environments:
  staging: {}
  prod: ${prod}
`;
}

describe("from a branch to production", () => {
  let company: Company;
  const begin = Date.now();
  before(async () => {
    company = await Company.found({ acme: tenant("Acme", "{ canary: true }") }, OLD);
  });
  after(async () => {
    console.log(
      `      delivery: ${company.github.requests.length} calls of GitHub's API, ${((Date.now() - begin) / 1000).toFixed(0)} s`,
    );
    if (process.env.ODOO_E2E_KEEP === "1") console.log(`kept: ${company.folder}`);
    else await company.close();
  });

  /** As a person with the server's superuser. */
  async function byHand(sql: string, database = "postgres"): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(
      superuserConnection(databaseServer(company.stages.prod.instance, "tenantsDatabase"), database),
    );
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Begin of the digest of the image that each tenant's pods in prod have. */
  async function images(): Promise<Record<string, string | undefined>> {
    const { apps } = kubernetes(kubeconfigPath(company.stages.prod.instance, "admin"));
    const { items } = await apps.listDeploymentForAllNamespaces({ labelSelector: "app.kubernetes.io/component=web" });
    return Object.fromEntries(
      items.map(({ metadata, spec }) => [
        metadata?.namespace?.replace("odoo-", "") ?? "",
        /sha256:(.{5})/.exec(spec?.template.spec?.containers[0]?.image ?? "")?.[1],
      ]),
    );
  }

  /** Switches Odoo's client in acme's realm off, by hand: nobody can log in to Odoo any more. */
  async function switchLoginOff(): Promise<void> {
    const { instance } = company.stages.prod;
    const url = keycloakUrl(instance);
    const login = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: KEYCLOAK_CLIENT,
        client_secret: instance.secrets.keycloakClient,
      }),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await login.json());
    const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
    const clients = `${url}/admin/realms/acme/clients`;
    const found = await (await fetch(`${clients}?clientId=odoo`, { headers })).json();
    const [client] = z.array(z.looseObject({ id: z.string() })).parse(found);
    assert.ok(client);
    const body = JSON.stringify({ ...client, enabled: false });
    const changed = await fetch(`${clients}/${client.id}`, { method: "PUT", headers, body });
    assert.equal(changed.status, 204);
  }

  /** What the workflow Deploy does when main has moved, and a person who merges the attestation. */
  async function deployStaging(): Promise<void> {
    company.main();
    const deployed = await company.ok("staging", "deploy", "--stack", "staging");
    assert.match(deployed.stdout, /ok +acme login: by code and PKCE/);
    await company.ok(undefined, "attest", "--stack", "staging", "--smoke", "reports/smoke-staging.json", "--open");
    await company.merge(await company.pullOf("attest/"));
  }

  /** What the workflow Promote proposes, merged by a person. */
  async function promote(): Promise<void> {
    await company.ok(undefined, "promote", "--to", "prod", "--open");
    await company.merge(await company.pullOf("promote/"));
    await company.ok(undefined, "promote", "--to", "prod", "--check");
  }

  it("brings the first tenant to staging and, attested and promoted, to prod; not before", async () => {
    company.main();
    const refused = await company.refused("promotion", "prod", "deploy", "--stack", "prod");
    assert.match(refused, /promotions\/prod\.yaml is not there.*nothing was promoted yet/);
    assert.match(
      refused,
      /tenant\/acme is not what staging's tests have passed with .* none: staging has never had it/,
    );
    await deployStaging();
    await promote();
    assert.match((await company.ok("prod", "deploy", "--stack", "prod")).stdout, /Wave 1 of 1 \(all\): acme/);
  });

  it("tells in one comment what a branch that adds a tenant comes to, after its files are right", async () => {
    const added = tenant("Globex", "{}");
    const pull = await company.propose("add-globex", {
      "tenants/globex.yaml": added.replace("plan: small", "plan: smal"),
    });
    const wrong = await company.refused("validation", undefined, "ci:validate", "--base", "origin/main");
    assert.match(wrong, /^::error file=tenants\/globex\.yaml,line=3,col=7,title=plan::is "smal"/m);
    company.amend("add-globex", { "tenants/globex.yaml": added });
    await company.ok(undefined, "ci:validate", "--base", "origin/main");
    const comment = ["--changes", "reports/changes.json", "--plans", "reports", "--pull", String(pull)];
    await company.ok(undefined, "ci:changes", "--base", "origin/main", "--out", "reports/changes.json");
    await company.ok(undefined, "ci:comment", ...comment);
    await company.ok("staging", "ci:preview", "--stack", "staging");
    await company.ok("prod", "ci:preview", "--stack", "prod");
    await company.ok(undefined, "ci:comment", ...comment);
    const own = comments(company.repository).filter(({ issue, body }) => issue === pull && body.startsWith(MARKER));
    assert.equal(own.length, 1);
    const text = (own[0]?.body ?? "").replace(/Preview of [0-9a-f]{7}/, "Preview of <commit>");
    await company.merge(pull);
    assert.equal(text, readFileSync(GOLDEN, "utf8"));
  });

  it("puts the merge on staging, attests it, and promotes it to prod, where nothing else is accepted", async () => {
    const early = await company.refused("promotion", undefined, "promote", "--to", "prod", "--open");
    assert.match(early, /tenant\/globex is not what staging's tests have passed with/);
    await deployStaging();

    const [name = ""] = company.git("ls-files", "releases/attestations/*.json").split("\n").slice(-1);
    const file = name.trim();
    const genuine = company.read(file);
    const { payload, ...rest } = z.looseObject({ payload: z.string() }).parse(JSON.parse(genuine));
    const tampered = Buffer.from(payload, "base64")
      .toString("utf8")
      .replace(/[0-9a-f]{64}/, "f".repeat(64));
    company.write(file, JSON.stringify({ ...rest, payload: Buffer.from(tampered).toString("base64") }));
    const refused = await company.refused("attestation", undefined, "promote", "--to", "prod", "--open");
    assert.match(
      refused,
      /has no valid signature of a key in releases\/attestations\/keys: it was changed after it was signed/,
    );
    company.write(file, genuine);

    await promote();
    assert.match((await company.ok("prod", "deploy", "--stack", "prod")).stdout, /globex isolation: \d+ ways out/);
    assert.deepEqual(await byHand("SELECT datname FROM pg_database WHERE datname = 'globex'"), [{ datname: "globex" }]);
  });

  it("finds a change by hand, says in one issue what and how to mend it, and mends it", async () => {
    company.main();
    await byHand("ALTER ROLE globex CONNECTION LIMIT 3");
    await company.ok("prod", "drift", "--stack", "prod", "--issue");
    const drift = () => [...issues(company.repository).values()].filter(({ title }) => title === "Drift in prod");
    assert.equal(drift().length, 1);
    assert.match(
      drift()[0]?.body ?? "",
      /### globex\n[^#]*\| database \| `globex-database-role` \| `connectionLimit` \|/,
    );
    assert.match(drift()[0]?.body ?? "", /npm run drift -- --stack prod --mend/);
    await company.ok("prod", "drift", "--stack", "prod", "--mend");
    assert.notDeepEqual(await byHand("SELECT rolconnlimit AS n FROM pg_roles WHERE rolname = 'globex'"), [{ n: 3 }]);
    await company.ok("prod", "drift", "--stack", "prod", "--issue");
    assert.deepEqual(
      drift().map(({ state }) => state),
      ["closed"],
    );
  });

  it("stops at a canary that fails, leaves the others as they were, and takes it back with its data", async () => {
    const release = company.read(`releases/${OLD}.yaml`).replace(/digest: sha256:07ccc/, "digest: sha256:17ccc");
    const staging = company.read("Pulumi.staging.yaml").replace(OLD, NEW);
    await company.merge(
      await company.propose("upgrade", { [`releases/${NEW}.yaml`]: release, "Pulumi.staging.yaml": staging }),
    );
    await deployStaging();
    await promote();
    // What an update does not look at, and its smoke tests do.
    await switchLoginOff();
    const failed = await company.refused("waves", "prod", "deploy", "--stack", "prod");
    assert.match(failed, /Wave 1 of 2 \(canary\): acme/);
    assert.match(failed, /Wave canary of prod failed: acme login: /);
    assert.match(failed, /1 wave not begun: the other tenants are as they were/);
    assert.match(failed, /npm run rollback -- acme --stack prod/);
    assert.deepEqual(await images(), { acme: "17ccc", globex: "07ccc" });
    await byHand("UPDATE res_partner SET name = 'damaged by the upgrade' WHERE id = 2", "acme");
    const damaged = "SELECT count(*)::int AS count FROM res_partner WHERE name = 'damaged by the upgrade'";

    const { stdout } = await company.ok("prod", "rollback", "acme", "--stack", "prod");
    assert.match(stdout, /acme goes back to commit [0-9a-f]{7}, release 18\.0-2026\.11/);
    assert.match(stdout, /ok +acme login/);
    assert.deepEqual(await images(), { acme: "07ccc", globex: "07ccc" });
    assert.deepEqual(await byHand(damaged, "acme"), [{ count: 0 }]);
    const [aside] = await byHand("SELECT datname AS name FROM pg_database WHERE datname LIKE 'acme\\_before\\_%'");
    assert.deepEqual(await byHand(damaged, z.string().parse(aside?.["name"])), [{ count: 1 }]);
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
});
