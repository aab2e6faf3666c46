import { meterStack } from "../../features/billing/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { repositoryOption } from "../backup/places.ts";
import { command, finish, log } from "../command.ts";
import { stackOption, withActing } from "./options.ts";

export default command("billing meter", "Read the meters of a stack's tenants", "--stack prod")
  .description(
    "Adds what the meters say to the events of billing: plans as they were deployed, from the ledger of events, and the sizes of databases, " +
      "files and backups today. A reading that is there already stays; one that says something else under the same id is refused, and the " +
      "command fails. To run once a day.",
  )
  .addOption(stackOption())
  .addOption(repositoryOption())
  .action(async ({ stack, repository }) => {
    const { day, added, known, refused, late, problems } = await withActing({ stack }, (database, acting) =>
      meterStack(database, PROJECT_ROOT, stack, acting, { repository }),
    );
    log(`${stack} on ${day}: ${added} new readings, ${known} known.`);
    for (const problem of problems) console.error(`not read: ${problem}`);
    for (const { source, tenant, environment, meter, day: of } of refused) {
      console.error(
        `refused: ${source} says something else of ${tenant}/${environment}/${meter}/${of} than before. See docs/runbooks/billing.md#conflicting-readings`,
      );
    }
    for (const { tenant, environment, meter, day: of } of late) {
      console.error(
        `refused: ${tenant}/${environment}/${meter}/${of} is of a month that is final. See docs/runbooks/billing.md#a-document-is-wrong`,
      );
    }
    finish(refused.length + late.length === 0);
  });
