import { PLACES, PLACES_USAGE } from "../../features/backups/places.ts";
import { onlyTenant, parseCommand, runCommand, UsageError } from "../command.ts";
import { prepared } from "../preparation.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";

const USAGE = `usage: npm run backup -- TENANT [options]

Backs a tenant up to its restic repository: database, filestore and what its file came to by the script that its CronJob
runs, then its realm and its file; forgets what is not to be kept. Exit status: 0 fine, 1 failed, 2 wrong usage.

  --stack STACK        default sandbox
  --only data|realm    one of the two
${PLACES_USAGE}`;

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseCommand(
    args,
    {
      stack: { type: "string", default: "sandbox" },
      only: { type: "string" },
      ...PLACES,
    },
    1,
  );
  const { only } = values;
  if (only !== undefined && only !== "data" && only !== "realm") {
    throw new UsageError(`--only is "${only}", expected data or realm`);
  }
  const tenant = onlyTenant(positionals);
  await prepared();
  await withWorkspace(async (folder) => {
    const session = await Session.open(values, folder);
    await session.backUp(tenant, only, (line) => {
      console.log(line);
    });
  });
  return true;
}

await runCommand(USAGE, main);
