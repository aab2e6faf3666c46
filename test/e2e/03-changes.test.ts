import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { databaseLogin, kubernetes, query } from "./support/clients.ts";
import { world } from "./support/hooks.ts";
import { logInTo } from "./support/keycloak.ts";
import { readTraffic } from "./support/traffic.ts";

const FILE = "tenants/zz-added.yaml";
const ADDED = `displayName: Added later
owner: { team: test-team, email: test@example.com }
company: { country: PH }
bundles: [finance-ppm]
environments:
  staging: {}
`;

/** A smaller plan; the volume keeps its size, since volumes do not shrink. */
const SMALL = "plan: small\nstorage: 100Gi\n";

/** What an update does to each resource, from Pulumi's own list of steps. */
async function steps(): Promise<{ op: string; urn: string }[]> {
  const { stdout, status, output } = await world().pulumi(
    "preview",
    "--stack",
    "sandbox",
    "--json",
    "--non-interactive",
  );
  assert.equal(status, 0, output);
  return z
    .object({ steps: z.array(z.object({ op: z.string(), urn: z.string() })) })
    .parse(JSON.parse(stdout))
    .steps.filter(({ op }) => op !== "same");
}

/** The tenants that steps touch; the stack's own output counts for none. */
function touched(list: readonly { urn: string }[]): string[] {
  const names = list.map(({ urn }) => /::((?:tbwa|zz)-[a-z]+)/.exec(urn)?.[1] ?? "").filter((name) => name !== "");
  return [...new Set(names)];
}

describe("changes", () => {
  it("adds a tenant by a file, and touches no other", async () => {
    world().write(FILE, ADDED);
    const planned = await steps();
    assert.deepEqual(touched(planned), ["zz-added"]);
    const { stdout } = await world().ok("sandbox preview");
    assert.match(stdout, /zz-added/);
    await world().ok("sandbox up", "--skip-preview");
    const tenant = (await world().tenants())["zz-added"];
    assert.ok(tenant);
    assert.deepEqual(await query(databaseLogin(tenant), "select current_database() as name"), [{ name: "zz-added" }]);
  });

  it("changes a plan, to a larger one and to a smaller one: connection limit, pods and volumes of that tenant alone", async () => {
    const { KUBECONFIG } = await world().shell();
    assert.ok(KUBECONFIG);
    const { apps, core } = kubernetes(KUBECONFIG);
    const plans = z
      .record(z.string(), z.object({ replicas: z.int(), databaseConnections: z.int() }))
      .parse(parse(world().read("plans.yaml")));
    for (const [name, keys, storage] of [
      ["large", "plan: large\n", ["odoo-backup 200Gi", "odoo-filestore 100Gi"]],
      ["small", SMALL, ["odoo-backup 200Gi", "odoo-filestore 100Gi"]],
    ] as const) {
      world().write(FILE, `${ADDED}${keys}`);
      assert.deepEqual(touched(await steps()), ["zz-added"]);
      await world().ok("sandbox up", "--skip-preview");
      const tenant = (await world().tenants())["zz-added"];
      assert.ok(tenant);
      const { namespace } = tenant;
      const [role] = await query(
        databaseLogin(tenant),
        "select rolconnlimit as limit from pg_roles where rolname = current_user",
      );
      const web = await apps.readNamespacedDeployment({ namespace, name: "odoo-web" });
      assert.deepEqual(
        { databaseConnections: role?.["limit"], replicas: web.status?.readyReplicas },
        plans[name],
        name,
      );
      // The storage driver works by itself: the program waits for what it asked for, not for the volume.
      const sizes = async () => {
        const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace });
        return items
          .map(({ metadata, status }) => `${metadata?.name ?? ""} ${status?.capacity?.["storage"] ?? ""}`)
          .sort();
      };
      const deadline = Date.now() + 60_000;
      while (Date.now() < deadline && !isDeepStrictEqual(await sizes(), storage)) await sleep(500);
      assert.deepEqual(await sizes(), storage, name);
    }
  });

  it("rotates the database password by raising its generation: the new one works, the old one does not, pods roll, and the Secret stays", async () => {
    const before = (await world().tenants())["zz-added"];
    const { KUBECONFIG } = await world().shell();
    assert.ok(before && KUBECONFIG);
    const { apps, core } = kubernetes(KUBECONFIG);
    const configuration = async () =>
      (await core.readNamespacedSecret({ namespace: before.namespace, name: "odoo-config" })).metadata;
    const secret = await configuration();
    const podsRevision = async () =>
      JSON.stringify(
        (await apps.readNamespacedDeployment({ namespace: before.namespace, name: "odoo-web" })).spec?.template
          .metadata,
      );
    const revision = await podsRevision();
    world().write(FILE, `${ADDED}${SMALL}credentials: { database: 2 }\n`);
    await world().ok("sandbox up", "--skip-preview");
    const after = (await world().tenants())["zz-added"];
    assert.ok(after);
    assert.notEqual(after.database.password, before.database.password);
    assert.equal((await query(databaseLogin(after), "select 1 as one")).length, 1);
    await assert.rejects(query(databaseLogin(before), "select 1"), /password authentication failed/);
    assert.notEqual(await podsRevision(), revision);
    // The same object: pods that start while it changes find one or the other, never none.
    const changed = await configuration();
    assert.equal(changed?.uid, secret?.uid);
    assert.notEqual(changed?.resourceVersion, secret?.resourceVersion);
    await world().ok("sandbox up", "--skip-preview", "--expect-no-changes");
  });

  it("pauses a tenant: no pods, no log-ins, sessions that end, data and backups kept; and resumes it with the same secrets", async () => {
    const before = (await world().tenants())["zz-added"];
    const { KUBECONFIG } = await world().shell();
    assert.ok(before && KUBECONFIG);
    const { apps, batch } = kubernetes(KUBECONFIG);
    const traffic = () => readTraffic(KUBECONFIG, before.namespace);
    const session = await logInTo("zz-added", before.realm.issuer);
    assert.equal(await session.renew(), undefined);
    assert.deepEqual(await traffic(), { backends: ["odoo:8072", "odoo:8069"], grant: undefined });
    const text = world().read(FILE);
    const replicas = async () =>
      (await apps.listNamespacedDeployment({ namespace: before.namespace })).items.map(({ spec }) => spec?.replicas);
    // With a code that was never issued: only a realm that is enabled gets as far as looking at it.
    const login = async () => {
      const response = await fetch(`${before.realm.issuer}/protocol/openid-connect/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: "none",
          redirect_uri: "https://none.invalid/",
          client_id: before.realm.clientId,
          client_secret: before.realm.clientSecret,
        }),
      });
      return z.object({ error: z.string() }).parse(await response.json()).error;
    };

    world().write(FILE, `${text}lifecycle: paused\n`);
    await world().ok("sandbox up", "--skip-preview");
    assert.deepEqual(await replicas(), [0, 0]);
    assert.equal(await login(), "access_denied");
    assert.equal(await session.renew(), "access_denied");
    assert.equal((await query(databaseLogin(before), "select 1 as one")).length, 1);
    const { spec: backup } = await batch.readNamespacedCronJob({ namespace: before.namespace, name: "odoo-backup" });
    assert.ok(backup !== undefined && backup.suspend !== true);
    assert.deepEqual(await traffic(), {
      backends: ["odoo-platform/maintenance:8080"],
      grant: { from: before.namespace, to: "maintenance" },
    });
    const page = await apps.readNamespacedDeployment({ namespace: "odoo-platform", name: "maintenance" });
    assert.equal(page.status?.readyReplicas, 2);

    world().write(FILE, text);
    await world().ok("sandbox up", "--skip-preview");
    assert.deepEqual(await traffic(), { backends: ["odoo:8072", "odoo:8069"], grant: undefined });
    assert.ok((await replicas()).every((count) => (count ?? 0) > 0));
    assert.equal(await login(), "invalid_grant");
    // What had not expired meanwhile goes on, as docs/runbooks/lifecycle.md says.
    assert.equal(await session.renew(), undefined);
    assert.deepEqual((await world().tenants())["zz-added"], before);
  });

  it("refuses to remove a tenant whose data is protected, and changes nothing", async () => {
    const config = (value: string) => world().pulumi("config", "set", "odoo-saas:protect", value, "--stack", "sandbox");
    assert.equal((await config("true")).status, 0);
    assert.equal(
      (await world().pulumi("up", "--stack", "sandbox", "--yes", "--skip-preview", "--non-interactive")).status,
      0,
    );
    const text = world().read(FILE);
    world().remove(FILE);
    const refused = await world().pulumi("up", "--stack", "sandbox", "--yes", "--non-interactive");
    assert.notEqual(refused.status, 0);
    assert.match(refused.output, /protect/);
    world().write(FILE, text);
    const unchanged = await world().pulumi("preview", "--stack", "sandbox", "--expect-no-changes", "--non-interactive");
    assert.equal(unchanged.status, 0, unchanged.output);
    assert.equal((await config("false")).status, 0);
    assert.equal(
      (await world().pulumi("up", "--stack", "sandbox", "--yes", "--skip-preview", "--non-interactive")).status,
      0,
    );
  });

  it("removes the tenant with everything of it where nothing is protected, and leaves the others", async () => {
    const tenants = await world().tenants();
    const gone = tenants["zz-added"];
    const other = tenants["tbwa-crm"];
    const { KUBECONFIG } = await world().shell();
    assert.ok(gone && other && KUBECONFIG);
    world().remove(FILE);
    await world().ok("sandbox up", "--skip-preview");
    assert.ok(!("zz-added" in (await world().tenants())));
    assert.equal((await fetch(`${gone.realm.issuer}/.well-known/openid-configuration`)).status, 404);
    const databases = await query(databaseLogin(other), "select datname from pg_database where datname = 'zz-added'");
    assert.deepEqual(databases, []);
    const roles = await query(databaseLogin(other), "select rolname from pg_roles where rolname like 'zz-added%'");
    assert.deepEqual(roles, []);
    const { core } = kubernetes(KUBECONFIG);
    const namespaces = await core.listNamespace();
    assert.ok(
      !namespaces.items.some(({ metadata, status }) => metadata?.name === gone.namespace && status?.phase === "Active"),
    );
  });
});
