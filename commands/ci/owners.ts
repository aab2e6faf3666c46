import { parseCommand } from "../command.ts";
import { CODEOWNERS_FILE } from "../../config/repository.ts";
import { ROOT, runStep } from "../step.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { proposeOwners } from "../../features/codeowners/propose.ts";

const USAGE = `usage: npm run ci:owners

Opens a pull request with ${CODEOWNERS_FILE} as npm run codeowners writes it, or renews the open one. Exit status: 0 done or nothing to
do, 1 failed, 2 wrong usage.`;

await runStep(USAGE, "github", async (args) => {
  parseCommand(args, {});
  const pull = await proposeOwners(ROOT, GitHub.fromEnvironment());
  console.log(pull === undefined ? `${CODEOWNERS_FILE} is up to date.` : `Proposed ${CODEOWNERS_FILE}: ${pull.url}`);
  return true;
});
