import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CODEOWNERS_FILE } from "../../config/githubRepository.ts";
import { readCodeOwners } from "./codeOwners.ts";

const COMMAND = "npx odoo-saas generate codeowners";

/**
 * Writes the file of code owners, or only compares it. A tenant without a line is reported and accepted: the platform's team owns its file
 * until then.
 *
 * @returns whether nobody owns what they must not
 * @throws ConfigError with everything that is wrong in the tenants' files
 */
export function writeCodeOwners(root: string, check: boolean): boolean {
  const owners = readCodeOwners(root);
  if (owners === undefined) {
    console.log(`no Pulumi.<stack>.yaml has the key odoo-saas:github: ${CODEOWNERS_FILE} is not written`);
    return true;
  }
  if (owners.isCurrent) return true;
  if (check) {
    for (const problem of owners.problems) console.error(`${problem}, as after: ${COMMAND}`);
    if (owners.problems.length > 0) console.error("  Why: docs/github.md#code-owners");
    else
      console.log(
        `${CODEOWNERS_FILE} has not yet what tenants/ says: Deploy adds it after the merge (docs/github.md#code-owners)`,
      );
    return owners.problems.length === 0;
  }
  const path = join(root, CODEOWNERS_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, owners.expected);
  console.log(`wrote ${CODEOWNERS_FILE}`);
  return true;
}
