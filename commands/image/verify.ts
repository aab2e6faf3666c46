import { verifyImage } from "../../features/image/verify.ts";
import { command, log } from "../command.ts";
import { useTool } from "../environment.ts";
import { rootOption } from "../options.ts";

export default command("image verify", "Install the image's lock and compare its modules with the index")
  .description(
    "Installs the lock into a temporary folder, with hashes compared, and compares every module with the module index.",
  )
  .option("--report <file>", "JSON file for the results")
  .addOption(rootOption("bundles/, modules/ and image/"))
  .action(async ({ report, root }) => {
    await useTool("uv");
    log(await verifyImage(root, report));
  });
