import { CODEOWNERS_FILE } from "../../config/githubRepository.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { proposeOwners } from "../../features/delivery/proposeCodeOwners.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { GITHUB_VARIABLES } from "./github.ts";
import { asStep } from "../step.ts";

export default command("ci owners", "Propose the code owners' file by a pull request")
  .description(
    `Opens a pull request with ${CODEOWNERS_FILE} as generate codeowners writes it, or updates the open one. ${GITHUB_VARIABLES}`,
  )
  .action(() =>
    asStep("github", async () => {
      const pull = await proposeOwners(PROJECT_ROOT, GitHub.fromEnvironment());
      log(pull === undefined ? `${CODEOWNERS_FILE} is up to date.` : `Proposed ${CODEOWNERS_FILE}: ${pull.url}`);
    }),
  );
