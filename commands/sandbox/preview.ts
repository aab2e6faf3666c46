import { previewSandbox } from "../../sandbox/update.ts";
import { command, finish } from "../command.ts";

export default command("sandbox preview", "Show what an update of the sandbox would change", "--diff")
  .description(
    "Shows what an update of the sandbox would change. Never previews staging or prod. Starts services that are stopped.",
  )
  .allowUnknownOption()
  .argument("[pulumi-options...]", "options of `pulumi preview`")
  .action(async (options) => finish(await previewSandbox(options)));
