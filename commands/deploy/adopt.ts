import { FORCE, recover } from "../../features/recovery/recover.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";

export default command("deploy adopt", "Repair a stack's state after an update that was interrupted", "--stack prod")
  .description(
    "Repairs a stack's state after an update that was interrupted, or whose answers came too late. Takes what exists and is provably the stack's " +
      "own (roles, databases, realms and what is in them) into the state, and clears operations that the state holds for begun. Creates, " +
      "changes and deletes nothing on a server. Exit status 0 also if there was nothing to do, 1 if something is in the way.",
  )
  .requiredOption("-s, --stack <stack>", "a stack of Pulumi.<stack>.yaml")
  .action(async ({ stack }) => {
    const { force } = await recover(stack, PROJECT_ROOT, "declared", log);
    const variables = Object.entries(FORCE).map(([name, value]) => `${name}=${value}`);
    if (force) log(`Run the next update with ${variables.join(" ")} in the environment, this once.`);
  });
