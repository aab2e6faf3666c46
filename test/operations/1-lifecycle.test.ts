import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDays, dayOf } from "../../config/lifecycle.ts";
import { databaseLogin, kubernetes, query } from "../e2e/support/clients.ts";
import { world } from "../e2e/support/hooks.ts";
import { readTraffic } from "../e2e/support/traffic.ts";
import type { TenantOutputs } from "../e2e/support/world.ts";

const ID = "zz-ended";
const FILE = `tenants/${ID}.yaml`;
const RECORD = `archive/${ID}.yaml`;
const ACTIVE = `displayName: Ended
owner: { team: test-team, email: test@example.com }
company: { country: PH }
bundles: [crm-sales]
environments:
  staging: {}
`;
const ending = (holdUntil: string, release = false) =>
  `${ACTIVE}lifecycle: decommissioning\ndecommission: { holdUntil: ${holdUntil}, release: ${release} }\n`;

describe("the end of a tenant", () => {
  const today = dayOf(new Date());
  // A day more than is asked for: midnight may pass in the middle.
  const hold = addDays(today, 31);
  const past = addDays(today, -1);
  let tenant: TenantOutputs;
  let kubeconfig: string;
  let refusals = 0;
  after(() => console.log(`      end of a tenant: ${refusals} ways around it refused by files, state or engine`));

  const stack = ["--stack", "sandbox", "--non-interactive"];
  const protect = (value: string) => world().pulumi("config", "set", "odoo-saas:protect", value, "--stack", "sandbox");
  const up = () => world().pulumi("up", ...stack, "--yes", "--skip-preview");
  async function update(): Promise<void> {
    const { status, output } = await up();
    assert.equal(status, 0, output);
  }
  function git(...args: string[]): void {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: world().root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  }
  /** What is there now becomes what the next change is compared with. */
  function merge(): void {
    git("add", "--all", "tenants", "archive");
    git("commit", "--quiet", "--allow-empty", "--message", "merged");
  }
  const lifecycle = () => world().cli("tenant changes", "--base", "HEAD");
  async function refused(
    message: RegExp,
    { status, output }: { status: number | null; output: string },
  ): Promise<void> {
    assert.notEqual(status, 0, output);
    assert.match(output, message);
    assert.match(output, /docs\/runbooks\/lifecycle\.md#[a-z-]+/);
    assert.doesNotMatch(output, /^\s+at .+:\d+:\d+\)?$/m);
    refusals += 1;
    assert.equal((await query(databaseLogin(tenant), "select 1 as one")).length, 1);
  }
  async function record(): Promise<void> {
    const now = new Date().toISOString();
    const report = {
      tenant: ID,
      snapshot: "0123abcd",
      takenAt: now,
      verifiedAt: now,
      rows: { res_partner: 1 },
      checksum: "ab".repeat(32),
    };
    writeFileSync(join(world().root, "report.json"), JSON.stringify(report));
    await world().ok("tenant decommission", ID, "--backup-report", "report.json");
  }

  before(async () => {
    git("init", "--quiet");
    merge();
    world().write(FILE, ACTIVE);
    assert.match(
      (await world().ok("tenant changes", "--base", "HEAD")).stdout,
      /^zz-ended: absent → active \(staging\)$/m,
    );
    assert.equal((await protect("true")).status, 0);
    await update();
    merge();
    const made = (await world().tenants())[ID];
    const { KUBECONFIG } = await world().shell();
    assert.ok(made && KUBECONFIG);
    [tenant, kubeconfig] = [made, KUBECONFIG];
  });

  it("begins with a hold: as paused, everything kept and protected", async () => {
    world().write(FILE, ending(addDays(today, 29)));
    await refused(/zz-ended\.yaml:8:\d+: decommission\.holdUntil: is .*30 days from today/, await lifecycle());
    world().write(FILE, ending(hold));
    assert.match(
      (await world().ok("tenant changes", "--base", "HEAD")).stdout,
      new RegExp(`protection +on, hold until ${hold}`),
    );
    await update();
    merge();
    const { apps } = kubernetes(kubeconfig);
    const { items } = await apps.listNamespacedDeployment({ namespace: tenant.namespace });
    assert.deepEqual(
      items.map(({ spec }) => spec?.replicas),
      [0, 0],
    );
    assert.deepEqual((await readTraffic(kubeconfig, tenant.namespace)).backends, ["odoo-platform/maintenance:8080"]);
  });

  it("cannot be hurried: an early release and a shortened hold are refused by files and by the state, in preview", async () => {
    await record();
    merge();
    world().write(FILE, ending(hold, true));
    await refused(/decommission\.release: is true on .*, expected false until the hold is over/, await lifecycle());
    await refused(
      /release is true on .*, expected false until the hold is over/,
      await world().pulumi("preview", ...stack),
    );
    world().write(FILE, ending(hold));
  });

  it("cannot be skipped: with the file gone and protection taken off by hand, the state refuses before anything is deleted", async () => {
    world().remove(FILE);
    await refused(/zz-ended\.yaml:1:1: is deleted while the tenant is decommissioning/, await lifecycle());
    const unprotected = await world().pulumi("state", "unprotect", "--all", "--yes", "--stack", "sandbox");
    assert.equal(unprotected.status, 0, unprotected.output);
    await refused(/Tenant zz-ended is decommissioning: its data is not deleted/, await up());
    const { core } = kubernetes(kubeconfig);
    assert.equal((await core.readNamespace({ name: tenant.namespace })).status?.phase, "Active");
    const volumes = await core.listNamespacedPersistentVolumeClaim({ namespace: tenant.namespace });
    assert.ok(volumes.items.length > 0);
    world().write(FILE, ending(hold));
  });

  it("comes when the hold is over: released, then deleted; the record stays", async () => {
    // A month passes: for the state, the base and the record.
    const state = join(world().root, "state.json");
    assert.equal((await world().pulumi("stack", "export", "--stack", "sandbox", "--file", state)).status, 0);
    writeFileSync(state, readFileSync(state, "utf8").replaceAll(`"holdUntil": "${hold}"`, `"holdUntil": "${past}"`));
    assert.equal((await world().pulumi("stack", "import", "--stack", "sandbox", "--file", state)).status, 0);
    world().write(FILE, ending(past));
    world().remove(RECORD);
    await record();
    git("add", "--all", "tenants", "archive");
    git("commit", "--quiet", "--amend", "--no-edit");

    world().write(FILE, ending(past, true));
    assert.match((await world().ok("tenant changes", "--base", "HEAD")).stdout, /protection +lifted/);
    await update();
    merge();
    assert.equal((await query(databaseLogin(tenant), "select 1 as one")).length, 1);

    world().remove(FILE);
    assert.match(
      (await world().ok("tenant changes", "--base", "HEAD")).stdout,
      /deleted +in staging: database zz-ended/,
    );
    assert.equal((await protect("false")).status, 0);
    await update();
    merge();
    await assert.rejects(query(databaseLogin(tenant), "select 1"), /password authentication failed|does not exist/);
    const other = (await world().tenants())["tbwa-crm"];
    assert.ok(other);
    assert.deepEqual(await query(databaseLogin(other), "select datname from pg_database where datname = $1", [ID]), []);
    assert.equal((await fetch(`${tenant.realm.issuer}/.well-known/openid-configuration`)).status, 404);
    const { core } = kubernetes(kubeconfig);
    const left = (await core.listNamespace()).items.filter(({ metadata }) => metadata?.name === tenant.namespace);
    assert.ok(left.every(({ status }) => status?.phase !== "Active"));
    assert.ok(existsSync(join(world().root, RECORD)));
  });

  it("is for ever: the id does not come back, and the record does not change", async () => {
    const kept = world().read(RECORD);
    world().write(FILE, ACTIVE);
    world().write(RECORD, kept.replace("0123abcd", "89abcdef"));
    try {
      const { status, output } = await lifecycle();
      assert.equal(status, 1);
      assert.match(output, /zz-ended\.yaml:1:1: is the id of a tenant that ended/);
      assert.match(output, /archive\/zz-ended\.yaml:1:1: is changed, expected it as it was/);
      const validated = await world().cli("tenant validate");
      assert.equal(validated.status, 1);
      assert.match(validated.output, /lifecycle: is "active", but archive\/zz-ended\.yaml says that the tenant ended/);
      refusals += 3;
    } finally {
      world().remove(FILE);
      world().write(RECORD, kept);
    }
  });
});
