import { FORCE, recover } from "../../features/recovery/recover.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";

export default command("deploy adopt", "Repair a stack's state after an interrupted update", "--stack prod")
  .description(
    "Repairs a stack's state after an interrupted update, or after answers that came too late. Adds to the state what exists and provably " +
      "belongs to the stack (roles, databases, realms and their parts), and clears pending operations. Creates, changes and deletes nothing " +
      "on a server. Exit status 0 also if there was nothing to do, 1 if something could not be adopted.",
  )
  .requiredOption("-s, --stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .action(async ({ stack }) => {
    const { force } = await recover(stack, PROJECT_ROOT, "declared", log);
    const variables = Object.entries(FORCE).map(([name, value]) => `${name}=${value}`);
    if (force) log(`Run the next update with ${variables.join(" ")} in the environment, only this once.`);
  });
