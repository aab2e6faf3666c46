import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import { databaseServer } from "../../sandbox/services/databases.ts";
import { KEYCLOAK_CLIENT, keycloakUrl } from "../../sandbox/services/keycloak.ts";
import { kubeconfigPath } from "../../sandbox/services/kubeconfig.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import { kubernetes } from "../e2e/support/clients.ts";
import { Company, tenantText } from "./support/company.ts";

const OLD = "18.0-2026.11";
const NEW = "18.0-2026.12";

describe("back from production", () => {
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

  /** Begin of the digest of the image that each tenant's pods have. */
  async function images(stage: "staging" | "prod" = "prod"): Promise<Record<string, string | undefined>> {
    const { apps } = kubernetes(kubeconfigPath(company.stages[stage].instance, "admin"));
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

  /** Names of the Jobs in a tenant's namespace. */
  async function jobs(stage: "staging" | "prod", tenant: string): Promise<string[]> {
    const { batch } = kubernetes(kubeconfigPath(company.stages[stage].instance, "admin"));
    const { items } = await batch.listNamespacedJob({ namespace: `odoo-${tenant}` });
    return items.map(({ metadata }) => metadata?.name ?? "").sort();
  }

  /** Has the cluster refuse each new Job of a tenant, of which a preview's dry run knows nothing. Returns what ends that. */
  async function forbidJobs(stage: "staging" | "prod", tenant: string): Promise<() => Promise<void>> {
    const { custom } = kubernetes(kubeconfigPath(company.stages[stage].instance, "admin"));
    const [name, namespace] = ["no-jobs", `odoo-${tenant}`];
    const policies = { group: "admissionregistration.k8s.io", version: "v1", plural: "validatingadmissionpolicies" };
    const bindings = { ...policies, plural: "validatingadmissionpolicybindings" };
    const rule = { apiGroups: ["batch"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["jobs"] };
    await custom.createClusterCustomObject({
      ...policies,
      body: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          failurePolicy: "Fail",
          matchConstraints: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            resourceRules: [rule],
          },
          matchConditions: [{ name: "real", expression: "!request.dryRun" }],
          validations: [{ expression: "false", message: "no Jobs today" }],
        },
      },
    });
    await custom.createClusterCustomObject({
      ...bindings,
      body: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: { policyName: name, validationActions: ["Deny"] },
      },
    });
    const pod = { restartPolicy: "Never", containers: [{ name: "x", image: "x" }] };
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "try" },
      spec: { suspend: true, template: { spec: pod } },
    };
    const jobs = { group: "batch", version: "v1", plural: "jobs", namespace };
    // The API server takes some seconds to heed it.
    for (let tries = 0; ; tries++) {
      try {
        await custom.createNamespacedCustomObject({ ...jobs, body: job });
        await custom.deleteNamespacedCustomObject({ ...jobs, name: "try" });
      } catch (error) {
        if (String(error).includes("no Jobs today")) break;
        throw error;
      }
      assert.ok(tries < 60, "the policy is not heeded");
      await delay(1000);
    }
    return async () => {
      await custom.deleteClusterCustomObject({ ...bindings, name });
      await custom.deleteClusterCustomObject({ ...policies, name });
    };
  }

  /** Tenants whose log-in a deployment tested, in its order. */
  const testedBy = (output: string) => [...output.matchAll(/^ok +(\w+) login/gm)].map(([, id]) => id);

  it("brings a tenant to prod", async () => {
    await company.deployStaging();
    await company.promote();
    assert.match(
      (await company.ok("prod", "deploy up", "--stack", "prod")).stdout,
      /Wave 1 of 1 \(all\): acme \(new\)/,
    );
  });

  it("brings a second one, new beside a canary, when staging has attested it", async () => {
    await company.merge(await company.propose("add-globex", { "tenants/globex.yaml": tenantText("Globex", "{}") }));
    const early = await company.refused("promotion", undefined, "deploy promote", "--to", "prod", "--open");
    assert.match(early, /tenant\/globex has not passed staging's tests/);
    await company.deployStaging();
    await company.promote();
    const { stdout } = await company.ok("prod", "deploy up", "--stack", "prod");
    const waves = stdout.split("\n").filter((line) => line.startsWith("Wave "));
    assert.deepEqual(waves, ["Wave 1 of 2 (canary): globex (new).", "Wave 2 of 2 (all): no tenant changes."]);
    // The canary alone after the first wave, everybody after the last.
    assert.deepEqual(testedBy(stdout), ["acme", "acme", "globex"]);
    assert.deepEqual(await images(), { acme: "07ccc", globex: "07ccc" });
  });

  it("goes on with the others where an analyst's open transaction holds up one tenant's update", async () => {
    const rotated = (name: string, prod: string) => `${tenantText(name, prod)}credentials: { database: 2 }\n`;
    const files = {
      "tenants/acme.yaml": rotated("Acme", "{ canary: true }"),
      "tenants/globex.yaml": rotated("Globex", "{}"),
    };
    await company.merge(await company.propose("rotate", files));
    const analyst = new pg.Client(
      superuserConnection(databaseServer(company.stages.staging.instance, "analyticsDatabase")),
    );
    await analyst.connect();
    await analyst.query("BEGIN; SELECT FROM tenant_globex.companies");
    try {
      const failed = await company.refused("staging", "staging", "deploy up", "--stack", "staging");
      assert.match(failed, /^Continuing without globex: /m);
      assert.match(
        failed,
        /succeeded except for globex:\n {2}globex: Could not make the analytics schema[^]*lock timeout/,
      );
      assert.deepEqual(testedBy(failed), ["acme"]);
    } finally {
      await analyst.end();
    }
    await company.deployStaging();
    await company.promote();
  });

  it("leaves a tenant as it is that cannot be backed up, and goes on with the others", async () => {
    const [role] = await company.byHand("SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = 'globex'");
    // What a tenant can do to its own role.
    await company.byHand("ALTER ROLE globex PASSWORD 'mine'");
    const failed = await company.refused("waves", "prod", "deploy up", "--stack", "prod");
    assert.match(failed, /acme is backed up/);
    assert.match(failed, /^Continuing without globex: not updated, because it has no backup: /m);
    assert.match(
      failed,
      /Wave all of prod failed: .* succeeded except for globex:\n {2}globex: not updated, because it has no backup: /,
    );
    assert.deepEqual(testedBy(failed), ["acme", "acme"]);
    // It was not begun, and its newest backup is older.
    assert.doesNotMatch(failed, /rollback -- globex/);

    await company.byHand(`ALTER ROLE globex PASSWORD '${z.string().parse(role?.["verifier"])}'`);
    const { stdout } = await company.ok("prod", "deploy up", "--stack", "prod");
    assert.match(stdout, /Wave 2 of 2 \(all\): globex\.$/m);
  });

  it("leaves a tenant out whose init Job cannot be made, and goes on with the others", async () => {
    const release = company.read(`releases/${OLD}.yaml`).replace(/digest: sha256:07ccc/, "digest: sha256:17ccc");
    const staging = company.read("Pulumi.staging.yaml").replace(OLD, NEW);
    await company.merge(
      await company.propose("upgrade", { [`releases/${NEW}.yaml`]: release, "Pulumi.staging.yaml": staging }),
    );
    const allow = await forbidJobs("staging", "globex");
    try {
      const failed = await company.refused("staging", "staging", "deploy up", "--stack", "staging");
      assert.match(failed, /^Continuing without globex: .*no Jobs today/m);
      assert.match(failed, /Wave all of staging failed: .* succeeded except for globex:\n {2}globex: .*no Jobs today/);
      assert.deepEqual(testedBy(failed), ["acme"]);
      assert.deepEqual(await images("staging"), { acme: "17ccc", globex: "07ccc" });
    } finally {
      await allow();
    }
    await company.deployStaging();
    assert.deepEqual(await images("staging"), { acme: "17ccc", globex: "17ccc" });
    await company.promote();
  });

  it("stops at a canary whose tests fail, leaves the others as they were, and takes it back with its data", async () => {
    // What an update does not look at, and its smoke tests do.
    await switchLoginOff();
    const before = await jobs("prod", "globex");
    const failed = await company.refused("waves", "prod", "deploy up", "--stack", "prod");
    assert.match(failed, /Wave 1 of 2 \(canary\): acme\.$/m);
    assert.match(failed, /Wave canary of prod failed: acme login: /);
    assert.match(
      failed,
      /1 wave not started: the other tenants are unchanged\nTo roll back: npx odoo-saas deploy rollback acme --stack prod/,
    );
    assert.doesNotMatch(failed, /rollback -- globex/);
    assert.deepEqual(await images(), { acme: "17ccc", globex: "07ccc" });
    // An init Job would have upgraded its database, below pods of the release before.
    assert.deepEqual(await jobs("prod", "globex"), before);
    await company.byHand("UPDATE res_partner SET name = 'damaged by the upgrade' WHERE id = 2", "acme");
    const damaged = "SELECT count(*)::int AS count FROM res_partner WHERE name = 'damaged by the upgrade'";

    const { stdout } = await company.ok("prod", "deploy rollback", "acme", "--stack", "prod");
    assert.match(stdout, /acme rolls back to commit [0-9a-f]{7}, release 18\.0-2026\.11/);
    assert.match(stdout, /ok +acme login/);
    assert.deepEqual(await images(), { acme: "07ccc", globex: "07ccc" });
    assert.deepEqual(await company.byHand(damaged, "acme"), [{ count: 0 }]);
    const [aside] = await company.byHand(
      "SELECT datname AS name FROM pg_database WHERE datname LIKE 'acme\\_before\\_%'",
    );
    assert.deepEqual(await company.byHand(damaged, z.string().parse(aside?.["name"])), [{ count: 1 }]);
  });
});
