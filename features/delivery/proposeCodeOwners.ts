import { readCodeOwners } from "../codeowners/index.ts";
import { CODEOWNERS_FILE } from "../../config/githubRepository.ts";
import type { GitHub, Opened } from "./github.ts";
import { proposeFiles } from "./pulls.ts";

/** One branch, recreated from main each time, so that it never lags behind. */
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
    title: "Update the code owners",
    body: `Tenants were added or removed, or changed owners. Until this is merged, the platform's team owns tenants without a line (docs/github.md).\n`,
    files: { [CODEOWNERS_FILE]: owners.expected },
  });
}
