import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileStore } from "../../../lib/fileStore.ts";
import { accessSchema, dataSchema } from "../../api/tenants.ts";
import { collect } from "../../collector/collect.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { historySource } from "../../collector/sources/history.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { event, giveEvent } from "../support/event.ts";
import { inventory } from "../support/inventory.ts";
import { commit, World } from "../support/world.ts";

const ID = "tbwa-finance";
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

describe("what a tenant's tabs show", () => {
  let world: World;
  let folder: string;
  let cookie: string;
  before(async () => {
    world = await World.start();
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-tabs-"));
    cookie = await world.logIn("al-tan", ["auditor"]);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world.stop();
  });

  async function read(): Promise<void> {
    const [inventories, events] = [join(folder, "inventories"), join(folder, "events")];
    mkdirSync(inventories, { recursive: true });
    mkdirSync(events, { recursive: true });
    for (const stack of ["staging", "prod"]) {
      const { tenants, ...rest } = inventory(stack, [ID]);
      const own = tenants.map((each) => ({
        ...each,
        database: { name: ID },
        realm: { issuer: `https://login/${ID}` },
      }));
      writeFileSync(join(inventories, `inventory-${stack}.json`), JSON.stringify({ ...rest, tenants: own }));
    }
    const { database, root } = world;
    const sources = [
      filesSource(root),
      historySource(root),
      inventoriesSource(openFileStore(inventories), root),
      eventsSource(openFileStore(events)),
    ];
    const collected = await collect(database, sources);
    assert.deepEqual(
      collected?.flatMap(({ problem }) => problem ?? []),
      [],
    );
  }
  const ask = async (tab: string, id = ID) => world.ask(`/api/tenants/${id}/${tab}`, cookie);
  const data = async () => dataSchema.parse(JSON.parse((await ask("data")).text));

  it("has no backup and no drill where none is on record, and says so", async () => {
    await read();
    const { places, backups, drills, plan } = await data();
    assert.deepEqual([backups, drills], [[], []]);
    assert.deepEqual(plan, { schedule: "0 2 * * *", daily: 7, weekly: 4, monthly: 12 });
    assert.deepEqual(
      places.map(({ stack, backup, drill }) => [stack, backup.state, backup.hours, drill.state]),
      [
        ["prod", "unknown", 28, "unknown"],
        ["staging", "unknown", 28, "unknown"],
      ],
    );
  });

  it("says of each stack whether a backup and a drill are late", async () => {
    const events = join(folder, "events");
    const snapshot = "ab".repeat(32);
    const give = (kind: "backup create" | "backup drill", stack: string, hours: number, more: object = {}) =>
      giveEvent(events, {
        ...event({ kind, stack, at: hoursAgo(hours), tenants: [ID] }),
        results: [{ tenant: ID, outcome: "succeeded", snapshot, ...more }],
      });
    give("backup create", "prod", 27, { bytes: 5_000_000_000 });
    give("backup create", "staging", 29);
    give("backup create", "staging", 1, { outcome: "failed", reason: "the database does not answer" });
    give("backup drill", "prod", 7 * 24, { takenAt: hoursAgo(8 * 24) });
    give("backup drill", "staging", 9 * 24);
    giveEvent(
      events,
      event({
        kind: "backup drill",
        stack: "prod",
        at: hoursAgo(2),
        outcome: "failed",
        tenants: ["tbwa-crm"],
        results: [{ tenant: "tbwa-crm", outcome: "failed" }],
      }),
    );
    await read();
    const { places, backups, drills } = await data();
    assert.deepEqual(
      places.map(({ stack, backup, drill }) => [stack, backup.state, drill.state]),
      [
        ["prod", "in time", "in time"],
        ["staging", "late", "late"],
      ],
    );
    assert.deepEqual(
      backups.map(({ stack, outcome, bytes, reason }) => [stack, outcome, bytes, reason]),
      [
        ["staging", "failed", undefined, "the database does not answer"],
        ["prod", "succeeded", 5_000_000_000, undefined],
        ["staging", "succeeded", undefined, undefined],
      ],
    );
    assert.equal(drills.length, 2);
    assert.equal(drills[0]?.snapshot, snapshot);
  });

  it("fills in the commands of a restore, as the runbook has them", async () => {
    const { places } = await data();
    const codes = places[0]?.restore.flatMap(({ code }) => code ?? []) ?? [];
    assert.deepEqual(codes, [
      "npx odoo-saas backup restore tbwa-finance --to tbwa-finance_restored --stack prod",
      'ALTER DATABASE "tbwa-finance" RENAME TO "tbwa-finance_lost";\nALTER DATABASE "tbwa-finance_restored" RENAME TO "tbwa-finance";',
      "pulumi up --refresh --stack prod",
      'DROP DATABASE "tbwa-finance_lost";',
    ]);
    const runbook = readFileSync(new URL("../../../docs/runbooks/restore.md", import.meta.url), "utf8");
    const general = (text: string) => text.replaceAll(ID, "<tenant>").replace(" --stack prod", "");
    for (const code of codes.slice(0, 2)) {
      for (const line of code.split("\n")) assert.ok(runbook.includes(general(line)), line);
    }
    assert.ok(runbook.includes("pulumi up --refresh --stack <stack>"));
  });

  it("says who raised a counter, and what leads out, without a secret", async () => {
    const file = join(world.root, `tenants/${ID}.yaml`);
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text
        .replace(
          "prod: { domains: [erp.tbwa.example] }",
          "prod: { domains: [erp.tbwa.example], egress: [{ for: l10n_ph, networks: [203.0.114.0/24] }] }",
        )
        .concat(
          "credentials: { database: 2 }\n",
          'sso: { identityProvider: { alias: entra, displayName: TBWA, issuer: "https://id.agency.example/v2", authorizationUrl: "https://id.agency.example/a", tokenUrl: "https://id.agency.example/t", jwksUrl: "https://id.agency.example/k", clientId: the-client } }\n',
        ),
    );
    commit(world.root, "Rotate the database's passwords");
    writeFileSync(file, readFileSync(file, "utf8").replace("{ database: 2 }", "{ database: 2, realm: 3 }"));
    commit(world.root, "Rotate the realm's secret");
    await read();
    const { text: answer } = await ask("access");
    const { credentials, identityProvider, places } = accessSchema.parse(JSON.parse(answer));
    const commits = await world.database
      .selectFrom("commits")
      .selectAll()
      .where("tenant", "=", ID)
      .orderBy("at")
      .execute();
    const at = (subject: string) => commits.find((each) => each.subject === subject)?.at.toISOString();
    assert.deepEqual(credentials, [
      { kind: "database", generation: 2, raisedAt: at("Rotate the database's passwords"), raisedBy: "Test" },
      { kind: "realm", generation: 3, raisedAt: at("Rotate the realm's secret"), raisedBy: "Test" },
      { kind: "analytics", generation: 1 },
    ]);
    assert.deepEqual(identityProvider, {
      alias: "entra",
      displayName: "TBWA",
      issuer: "https://id.agency.example/v2",
    });
    assert.deepEqual(
      places.map(({ stack, egress, realm }) => [stack, egress, realm]),
      [
        ["prod", [{ for: "l10n_ph", networks: ["203.0.114.0/24"] }], `https://login/${ID}`],
        ["staging", [], `https://login/${ID}`],
      ],
    );
    assert.doesNotMatch(answer, /the-client|secret|password/i);
  });

  it("answers 404 of a tenant that there is not", async () => {
    for (const tab of ["data", "access"]) assert.equal((await ask(tab, "nobody")).status, 404);
  });
});
