import { appendFileSync, writeFileSync } from "node:fs";
import { parseCommand, UsageError } from "../command.ts";
import { stackSettingsOf } from "../../config/index.ts";
import { changesBetween, matricesOf } from "../../features/delivery/changes.ts";
import { ROOT, runStep } from "../step.ts";

const USAGE = `usage: npm run ci:changes -- --base REF [--head REF] [--out FILE] [--root DIR]

Prints which stacks and tenants a branch changes since it left REF, as JSON: both commits are resolved as the program does.
In a workflow it sets the outputs \`data\` and \`program\`, each a matrix with a job for each stack: main's program previews the branch's data, or
the branch's own program runs. Empty: no such
stack. Stacks that this checkout does not have get no job. Exit status: 0 fine, 1 failed, 2 wrong usage.

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
    const known = new Set(stackSettingsOf(values.root).keys());
    for (const [name, matrix] of Object.entries(matricesOf(changes, known))) {
      appendFileSync(GITHUB_OUTPUT, `${name}=${matrix.include.length === 0 ? "" : JSON.stringify(matrix)}\n`);
    }
  }
  return true;
});
