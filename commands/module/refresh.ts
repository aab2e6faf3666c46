import { Option } from "@commander-js/extra-typings";
import { ORIGINS } from "../../config/schemas/moduleIndex.ts";
import { refreshIndex, refreshIndexFromTree } from "../../features/modules/moduleIndex/refreshIndex.ts";
import { command, log, UsageError } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("module refresh", "Refresh the module index from published packages", "--upgrade auth_oidc")
  .description(
    "Refreshes modules/index.json and modules/objects.json from the published packages of the bundles' modules and of their " +
      "dependencies. pip fetches the packages as it is configured to. Versions stay as the bundles pin them; newer ones are recorded. With " +
      "--tree, reads a folder of modules instead.",
  )
  .option("--upgrade <module...>", "take the newest version of these modules, and pin it in the bundles that have them")
  .addOption(new Option("--upgrade-all", "take and pin the newest version of every module").conflicts("upgrade"))
  .option(
    "--cache <folder>",
    "folder that keeps the downloaded packages; default: odoo-saas-modules in the user's cache folder",
  )
  .addOption(
    new Option("--tree <folder>", "folder that holds modules' folders, of series 18.0").conflicts([
      "upgrade",
      "upgradeAll",
      "cache",
    ]),
  )
  .addOption(new Option("--origin <origin>", "where the tree's modules come from").choices(ORIGINS))
  .option("--repository <owner/name>", "the tree's repository on GitHub")
  .option("--commit <commit>", "the commit that is checked out there, in full")
  .option("--date <day>", "the commit's day")
  .option("--copy-of <owner/name>", "repository that the tree is a copy of, whose commit is not known")
  .addOption(rootOption("bundles/ and modules/"))
  .action(async ({ root, upgrade = [], upgradeAll, cache, tree: folder, ...known }) => {
    if (folder === undefined) {
      await refreshIndex(root, { upgrade: upgradeAll === true ? "all" : upgrade, cache }, process.env, log);
      return;
    }
    const { origin, repository, commit, date, copyOf } = known;
    if (origin === undefined || repository === undefined || commit === undefined || date === undefined)
      throw new UsageError("--tree needs --origin, --repository, --commit and --date");
    await refreshIndexFromTree(root, { folder, origin, repository, commit, date, copyOf }, log);
  });
