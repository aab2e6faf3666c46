import { backUpRealms } from "../../features/backups/backUpRealms.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { DeliveryError } from "../../features/delivery/deliveryError.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("ci realms", "Back up the realms of a stack's tenants", "--stack prod")
  .description(
    "Backs up the realm of each tenant of a stack, as backup create --only realm does. If one fails, the others are still backed up.",
  )
  .requiredOption("--stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .action(({ stack }) =>
    asStep("realms", async () => {
      const problems = await withWorkspace(async (folder) => backUpRealms(await Session.open({ stack }, folder), log));
      if (problems.length > 0) throw new DeliveryError(`Realms were not backed up:\n${problems.join("\n")}`, "realms");
    }),
  );
