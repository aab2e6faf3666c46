import { lockImage } from "../../features/image/lock.ts";
import { LOCK_FILE, REQUIREMENTS_FILE } from "../../features/image/requirements.ts";
import { command, log } from "../command.ts";
import { useTool } from "../environment.ts";
import { rootOption } from "../options.ts";

export default command("image lock", "Resolve the Python packages of the image into its lock", "--check")
  .description(
    `Writes ${REQUIREMENTS_FILE} and resolves it into ${LOCK_FILE}. Locked versions stay unless an option upgrades them.`,
  )
  .option("--check", "compare only")
  .option("--upgrade", "take the newest versions of all packages that no bundle pins")
  .option("--upgrade-package <name...>", "take the newest version of these packages only")
  .addOption(rootOption("bundles/, modules/ and image/"))
  .action(async ({ check = false, upgrade, upgradePackage = [], root }) => {
    await useTool("uv");
    log(await lockImage(root, { check, upgrade: upgrade === true ? "all" : upgradePackage }));
  });
