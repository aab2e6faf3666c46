import { changesMarkdown, changesText } from "../../features/modules/changes/changesText.ts";
import { moduleChangesSince } from "../../features/modules/changes/since.ts";
import { command, log } from "../command.ts";
import { jsonOption, markdownOption, rootOption } from "../options.ts";

export default command(
  "module changes",
  "Show what changed for the modules of the image and the tenants",
  "origin/main",
)
  .description(
    "Shows what changed since a commit for the modules of the image and of each tenant: new and removed modules, other versions, coverage " +
      "gained and lost.",
  )
  .argument("<ref>", "branch, tag or commit that the change starts from")
  .addOption(jsonOption())
  .addOption(markdownOption())
  .addOption(rootOption("tenants/ and the other files"))
  .action((ref, { json, markdown, root }) => {
    const changes = moduleChangesSince(root, ref);
    if (json === true) log(JSON.stringify({ base: ref, ...changes }, null, 2));
    else log(markdown === true ? changesMarkdown(changes, ref) : changesText(changes, ref));
  });
