import { ODOO_LISTS_FILE } from "../../config/schemas/odooLists.ts";
import { writeOdooLists } from "../../features/modules/odooLists.ts";
import { command, finish } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("module odoo-lists", `Write ${ODOO_LISTS_FILE} from a checkout of Odoo`, "--odoo ../odoo")
  .description(
    `Writes ${ODOO_LISTS_FILE} from a checkout of Odoo 18.0 and the image's pytz: countries, currencies, languages, time zones, and charts of ` +
      "accounts with their country and module. Runs no code of Odoo.",
  )
  .requiredOption("--odoo <folder>", "a checkout of Odoo 18.0")
  .option(
    "--python <file>",
    "Python 3.8 or later with the version of pytz that image/image.yaml has under provided",
    "python3",
  )
  .option("--check", "compare only")
  .addOption(rootOption("image/ and modules/"))
  .action(async ({ odoo, python, check = false, root }) => {
    finish(await writeOdooLists(root, { checkout: odoo, python }, check));
  });
