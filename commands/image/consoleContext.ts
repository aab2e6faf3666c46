import { join, resolve } from "node:path";
import { writeConsoleContext } from "../../features/image/consoleContext.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("image console-context", "Write the folder that the console's image is built from")
  .option("--out <folder>", "where it is written; default: reports/console-image of the root")
  .addOption(rootOption("console/ and image/"))
  .action(({ out, root }) => {
    const folder = resolve(out ?? join(root, "reports/console-image"));
    writeConsoleContext(folder, root);
    log(`wrote ${folder}`);
  });
