import { join } from "node:path";
import { PLACES, PLACES_USAGE } from "../../features/backups/places.ts";
import { onlyTenant, parseCommand, runCommand, UsageError } from "../command.ts";
import { prepared } from "../preparation.ts";
import { assertNewDatabase } from "../../features/backups/refusals.ts";
import { restoreSnapshot } from "../../features/backups/restoreSnapshot.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";

const USAGE = `usage: npm run restore -- TENANT --to DATABASE [options]

Restores a tenant's backup to a new database of the same server, owned by the tenant's role, and a new filestore, and
compares every table and file with what the backup recorded. Exit status: 0 equal, 1 refused or not equal (nothing is left
behind), 2 wrong usage.

  --to DATABASE        new name; never a tenant's, never one that exists
  --snapshot ID        default: the newest
  --stack STACK        default sandbox
  --json               what was proved, as JSON
${PLACES_USAGE}`;

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseCommand(
    args,
    {
      stack: { type: "string", default: "sandbox" },
      to: { type: "string" },
      snapshot: { type: "string" },
      json: { type: "boolean", default: false },
      ...PLACES,
    },
    1,
  );
  const tenant = onlyTenant(positionals);
  const { to: database } = values;
  if (database === undefined) throw new UsageError("--to is missing, expected the name of a new database");
  await prepared();
  await withWorkspace(async (folder) => {
    const session = await Session.open(values, folder);
    assertNewDatabase(database, session.tenants);
    const filestore = join(session.data, "filestore", database);
    const restored = await restoreSnapshot({
      tenant,
      repository: session.repository(tenant),
      programs: session.programs,
      snapshot: values.snapshot,
      admin: session.access.admin,
      target: { ...session.tenant(tenant).database, database },
      filestore,
      folder,
    });
    if (values.json) console.log(JSON.stringify(restored, null, 2));
    else {
      const rows = Object.values(restored.rows).reduce((sum, count) => sum + count, 0);
      console.log(
        `Restored ${tenant} of ${restored.takenAt} (snapshot ${restored.snapshot.slice(0, 8)}) to database ${database} and ${filestore}: ` +
          `${Object.keys(restored.rows).length} tables, ${rows} rows and ${restored.files} files are as they were.`,
      );
    }
  });
  return true;
}

await runCommand(USAGE, main);
