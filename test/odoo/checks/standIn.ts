import { isDeepStrictEqual } from "node:util";
import { existsSync, writeFileSync } from "node:fs";
import { connected } from "../../../features/backups/database.ts";
import { describeDatabase, readColumns, readRecording, RECORDING_FILE } from "../../../sandbox/seed/recording.ts";
import type { Columns, DatabaseFacts, Recording } from "../../../sandbox/seed/recording.ts";
import { seedTables } from "../../../sandbox/seed/index.ts";
import { equal, holds } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { makeDatabase, makeRole, removeDatabases, startInitFor } from "../otherDatabase.ts";
import type { OtherDatabase } from "../otherDatabase.ts";
import type { Walk } from "../walk.ts";

/** Few modules that bring everything which the platform's settings change. */
const FRESH_MODULES = ["auth_oidc", "contacts"];

/** The tenant that a fresh installation was made beside: one is enough. */
let freshBeside: string | undefined;

/** What the stand-in for Odoo is tested against is what this Odoo does; `--record` writes that down anew. */
export const standIn: Check = {
  title: "stand-in",
  run: async (walk) => {
    const role = `${walk.id}_stand_in`;
    const fresh = await makeRole(walk, role);
    const tables = { ...fresh, database: `${walk.id}_stand_in_tables` };
    try {
      const columns = await columnsOf(walk, tables);
      const facts = await connected({ ...walk.login, sslmode: "disable" }, (client) =>
        describeDatabase(client, columns),
      );
      const findings: Finding[] = [];
      const odoo = await walk.shell("import odoo.release\ntell(odoo.release.version)");
      const asked = [...walk.spec.modules].sort();
      const recording = walk.records ? undefined : readRecording();
      if (freshBeside === undefined) {
        freshBeside = walk.id;
        const found = await installFresh(walk, fresh, columns);
        if (walk.records) write({ odoo, fresh: { asked: FRESH_MODULES, facts: found } });
        findings.push(...differences("odoo --init alone", found, recording?.fresh.facts));
      }
      if (walk.records) write({ odoo, tenants: { [walk.id]: { asked, country: walk.spec.company.country, facts } } });
      findings.push(...differences("the tenant's database", facts, recording?.tenants[walk.id]?.facts));
      return findings;
    } finally {
      await removeDatabases(walk, role, [fresh, tables]);
    }
  },
};

/** Tables and columns of the stand-in. */
async function columnsOf(walk: Walk, login: OtherDatabase): Promise<Columns> {
  await makeDatabase(walk, login);
  return await connected(login, async (client) => {
    await seedTables(client);
    return await readColumns(client);
  });
}

/** Installs some modules without any of the platform's scripts. */
async function installFresh(walk: Walk, login: OtherDatabase, columns: Columns): Promise<DatabaseFacts> {
  await makeDatabase(walk, login);
  const container = await startInitFor(walk, login, FRESH_MODULES, "init-fresh", (spec) => ({
    ...spec,
    containers: spec.containers.map((each) => ({
      ...each,
      command: ["odoo"],
      args: [
        "--config=/etc/odoo/odoo.conf",
        `--init=${FRESH_MODULES.join(",")}`,
        "--stop-after-init",
        "--no-http",
        "--workers=0",
        "--max-cron-threads=0",
      ],
    })),
  }));
  const status = await container.ended;
  if (status !== 0)
    throw new Error(`odoo --init ended with ${status}: ${walk.logOf("init-fresh", "init").slice(-2000)}`);
  return await connected(login, (client) => describeDatabase(client, columns));
}

/** Each kind of facts compared with what was recorded; figures where it was recorded just now. */
function differences(what: string, found: DatabaseFacts, recorded: DatabaseFacts | undefined): Finding[] {
  const kinds = ["modules", "parameters", "users", "providers", "columns"] as const;
  if (recorded === undefined) {
    return kinds.map((kind) =>
      holds(`${what}: ${kind} recorded`, Object.keys(found[kind]).length > 0, Object.keys(found[kind]).length, "some"),
    );
  }
  return kinds.map((kind) => {
    const [one, other] = [Object.entries(found[kind]), Object.entries(recorded[kind])];
    const differing = one.filter((entry) => !other.some((each) => isDeepStrictEqual(each, entry)));
    return kind === "modules"
      ? equal(
          `${what}: modules that were not recorded`,
          found.modules.filter((name) => !recorded.modules.includes(name)),
          [],
        )
      : equal(`${what}: ${kind} that differ from the recording`, differing, []);
  });
}

/** Changes parts of the recording. Those of another version of Odoo go. */
function write({ odoo, ...parts }: Partial<Recording> & Pick<Recording, "odoo">): void {
  const before = existsSync(RECORDING_FILE) ? readRecording() : undefined;
  const kept: Partial<Recording> = before?.odoo === odoo ? before : {};
  const after = { odoo, ...kept, ...parts, tenants: { ...kept.tenants, ...parts.tenants } };
  writeFileSync(RECORDING_FILE, `${JSON.stringify(after, undefined, 2)}\n`);
}
