import { countModules, loadCheckedFiles } from "../../features/image/files.ts";
import { LOCK_FILE, parseLock, REQUIREMENTS_FILE } from "../../features/image/requirements.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("image check", "Compare the image's lock with the bundles")
  .description(
    `Compares ${REQUIREMENTS_FILE} and ${LOCK_FILE} with the bundles and the module index. Needs no network.`,
  )
  .addOption(rootOption("bundles/, modules/ and image/"))
  .action(({ root }) => {
    const files = loadCheckedFiles(root);
    log(`${countModules(files)}, ${parseLock(files.lock).packages.length} packages locked: valid`);
  });
