import { parseCommand, UsageError } from "../command.ts";
import { ROOT, runStep } from "../step.ts";
import { takeData } from "../../features/delivery/dataFiles.ts";

const USAGE = `usage: npm run ci:take -- --head REF [--base REF] [--root DIR]

Puts the data that a branch changes, and nothing else of it, into this checkout: what counts as data is in features/delivery/dataFiles.ts. Exit
status: 0 done, 1 refused, 2 wrong usage.

  --head REF   the branch, better a commit
  --base REF   what the checkout is; default HEAD`;

await runStep(USAGE, "preview", (args) => {
  const { values } = parseCommand(args, {
    head: { type: "string" },
    base: { type: "string", default: "HEAD" },
    root: { type: "string", default: ROOT },
  });
  if (values.head === undefined) throw new UsageError("--head is missing, expected a commit");
  const taken = takeData(values.root, values.base, values.head);
  console.log(taken.length === 0 ? "The branch changes no data." : `Took ${taken.join(", ")}.`);
  return true;
});
