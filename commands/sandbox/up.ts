import { updateSandbox } from "../../sandbox/update.ts";
import { command, finish } from "../command.ts";

export default command("sandbox up", "Update the sandbox to its files", "--skip-preview")
  .description(
    "Updates the sandbox to its files; never touches staging or prod. Starts services that are stopped. Repairs what an interrupted " +
      "update left behind (docs/runbooks/interrupted-update.md).",
  )
  .allowUnknownOption()
  .argument("[pulumi-options...]", "options of `pulumi up`")
  .action(async (options) => finish(await updateSandbox(options)));
