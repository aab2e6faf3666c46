import { updateSandbox } from "../../sandbox/update.ts";
import { command, finish } from "../command.ts";

export default command("sandbox up", "Update the sandbox to what the files say", "--skip-preview")
  .description(
    "Updates the sandbox to what the files say, never staging or prod. Services that are stopped are started. Repairs what an interrupted " +
      "update left behind (docs/runbooks/interrupted-update.md).",
  )
  .allowUnknownOption()
  .argument("[pulumi-options...]", "options of `pulumi up`")
  .action(async (options) => finish(await updateSandbox(options)));
