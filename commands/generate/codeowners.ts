import { CODEOWNERS_FILE } from "../../config/githubRepository.ts";
import { writeCodeOwners } from "../../features/codeowners/writeCodeOwners.ts";
import { command, finish } from "../command.ts";
import { rootOption } from "../options.ts";

export default command("generate codeowners", `Write ${CODEOWNERS_FILE} from the tenants' teams`)
  .description(
    `Writes ${CODEOWNERS_FILE} from owner.team of the tenants and from the key github of the prod stack's configuration. Fails if the file ` +
      "gives somebody files that are not theirs.",
  )
  .option("--check", "compare only; a tenant without a line yet is reported and accepted")
  .addOption(rootOption("tenants/ and Pulumi.<stack>.yaml"))
  .action(({ check = false, root }) => {
    finish(writeCodeOwners(root, check));
  });
