import { join, resolve } from "node:path";
import { writeContext } from "../../features/image/context.ts";
import { countModules, loadCheckedFiles } from "../../features/image/files.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("image context", "Write the folder that the image is built from")
  .option("--out <folder>", "where it is written; default: reports/image of the root")
  .addOption(rootOption("bundles/, modules/ and image/"))
  .action(async ({ out, root }) => {
    const files = loadCheckedFiles(root);
    const folder = resolve(out ?? join(root, "reports/image"));
    await writeContext(folder, root, files, process.env);
    log(`wrote ${folder}: ${countModules(files)}`);
  });
