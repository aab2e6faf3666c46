import { writeCatalog } from "../../features/modules/catalog/writeCatalog.ts";
import { command, finish } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("generate catalog", "Write the module catalog from bundles/ and modules/index.json")
  .description(
    "Writes the module catalog from bundles/ and modules/index.json: modules/catalog.json for programs, docs/catalog.md for people.",
  )
  .option("--check", "compare only")
  .addOption(rootOption("bundles/ and modules/"))
  .action(({ check = false, root }) => {
    finish(writeCatalog(root, check));
  });
