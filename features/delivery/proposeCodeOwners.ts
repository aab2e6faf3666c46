import { readCodeOwners } from "../codeowners/index.ts";
import { CODEOWNERS_FILE } from "../../config/githubRepository.ts";
import type { GitHub, Opened } from "./github.ts";
import { proposeFiles } from "./pulls.ts";

/** One branch, made anew from main each time, so that it never lags behind. */
const BRANCH = "renew/code-owners";

/**
 * Proposes the code owners' file when it is not what the tenants' files make.
 *
 * @returns undefined when it is, or where no stack keeps the repository
 * @throws ConfigError, GitError, DeliveryError
 */
export async function proposeOwners(root: string, github: GitHub): Promise<Opened | undefined> {
  const owners = readCodeOwners(root);
  if (owners === undefined || owners.isCurrent) return undefined;
  return await proposeFiles(root, github, {
    branch: BRANCH,
    title: "Renew the code owners",
    body: `Tenants came, went or changed hands. Until this is merged, a tenant without a line is the platform's team's (docs/github.md).\n`,
    files: { [CODEOWNERS_FILE]: owners.expected },
  });
}
