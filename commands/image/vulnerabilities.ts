import { LOCK_FILE } from "../../features/image/requirements.ts";
import { GIT_BASE_VARIABLE } from "../../features/image/sources.ts";
import {
  DATABASE,
  VULNERABILITIES_FILE,
  writeVulnerabilities,
} from "../../features/image/vulnerabilities/writeVulnerabilities.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("image vulnerabilities", `Write ${VULNERABILITIES_FILE} from the database of advisories`)
  .description(
    `Writes ${VULNERABILITIES_FILE}: the advisories of the Python packages in ${LOCK_FILE}, out of ${DATABASE}. git fetches it from GitHub, or ` +
      `from the mirror that ${GIT_BASE_VARIABLE} names. The file has the date of the database's last commit, not of today. A newer file is kept.`,
  )
  .addOption(rootOption("image/ and modules/"))
  .action(async ({ root }) => {
    log(await writeVulnerabilities(root, process.env));
  });
