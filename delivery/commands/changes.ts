import { appendFileSync, writeFileSync } from "node:fs";
import { parseCommand, UsageError } from "../../cli/command.ts";
import { changesBetween, matrixOf } from "../changes.ts";
import { ROOT, runStep } from "../command.ts";

const USAGE = `usage: npm run ci:changes -- --base REF [--head REF] [--out FILE] [--root DIR]

Prints which stacks and tenants a branch changes since it left REF, as JSON: both commits are resolved as the program does.
In a workflow it sets the outputs \`matrix\` (a job a stack) and \`any\`. Exit status: 0 fine, 1 failed, 2 wrong usage.

  --base REF   what the branch is to be merged into, such as origin/main
  --head REF   the branch; default HEAD
  --out FILE   the JSON, for npm run ci:comment; default: standard output`;

await runStep(USAGE, "preview", (args) => {
  const { values } = parseCommand(args, {
    base: { type: "string" },
    head: { type: "string", default: "HEAD" },
    out: { type: "string" },
    root: { type: "string", default: ROOT },
  });
  if (values.base === undefined) throw new UsageError("--base is missing, expected a branch or commit");
  const changes = changesBetween(values.root, values.base, values.head);
  const json = JSON.stringify(changes, undefined, 2);
  if (values.out === undefined) console.log(json);
  else writeFileSync(values.out, `${json}\n`);
  const { GITHUB_OUTPUT } = process.env;
  if (GITHUB_OUTPUT !== undefined) {
    const any = String(changes.stacks.length > 0);
    appendFileSync(GITHUB_OUTPUT, `matrix=${JSON.stringify(matrixOf(changes))}\nany=${any}\n`);
  }
  return true;
});
