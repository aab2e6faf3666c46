import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CODEOWNERS_FILE } from "../../config/repository.ts";
import { parseCommand, PROJECT, runCommand } from "../command.ts";
import { readCodeOwners } from "../../features/codeowners/codeOwners.ts";

const USAGE = `usage: npm run codeowners [-- [--check] [--root DIR]]

Writes ${CODEOWNERS_FILE} from the tenants' owner.team and the key github of the prod stack's configuration. Exit status: 0 fine,
1 the file gives somebody what is not theirs or the files are wrong, 2 wrong usage.

  --check     writes nothing. That a tenant has no line yet is told, and fine: its file is the platform's team's until then
  --root DIR  the folder that holds tenants/ and the others; default: this project`;

await runCommand(USAGE, (args) => {
  const { values } = parseCommand(args, {
    check: { type: "boolean", default: false },
    root: { type: "string", default: PROJECT },
  });
  const owners = readCodeOwners(values.root);
  if (owners === undefined) {
    console.log(`no Pulumi.<stack>.yaml has the key odoo-saas:github: there is no ${CODEOWNERS_FILE} to make`);
    return true;
  }
  if (owners.isCurrent) return true;
  if (values.check) {
    for (const problem of owners.problems) console.error(`${problem}, as after: npm run codeowners`);
    if (owners.problems.length > 0) console.error("  Why: docs/github.md#code-owners");
    else console.log(`${CODEOWNERS_FILE} lags behind tenants/: npm run codeowners`);
    return owners.problems.length === 0;
  }
  const path = join(values.root, CODEOWNERS_FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, owners.expected);
  console.log(`wrote ${CODEOWNERS_FILE}`);
  return true;
});
