import { writeFileSync } from "node:fs";
import { stackSettingsOf } from "../../config/index.ts";
import { changesBetween, matricesOf } from "../../features/delivery/changes.ts";
import { setOutput } from "../../lib/githubOutput.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";
import { asStep } from "../step.ts";

export default command("ci changes", "Print which stacks and tenants a branch changes", "--base origin/main")
  .description(
    "Prints which stacks and tenants a branch changes since it left its base, as JSON. Resolves both commits as the program does. In a " +
      "workflow, sets the outputs data and program. Each is a matrix with one job per stack: for data, main's program previews the branch's " +
      "data; for program, the branch's own program runs. An output is empty if it has no stack. Stacks missing from this checkout get no job.",
  )
  .requiredOption("--base <ref>", "the branch that it will be merged into")
  .option("--head <ref>", "the branch", "HEAD")
  .option("--out <file>", "where the JSON is written, for ci comment (default: standard output)")
  .addOption(rootOption("a checkout of this repository"))
  .action(({ base, head, out, root }) =>
    asStep("preview", () => {
      const changes = changesBetween(root, base, head);
      const json = JSON.stringify(changes, undefined, 2);
      if (out === undefined) log(json);
      else writeFileSync(out, `${json}\n`);
      for (const [name, matrix] of Object.entries(matricesOf(changes, new Set(stackSettingsOf(root).keys())))) {
        setOutput(name, matrix.include.length === 0 ? "" : JSON.stringify(matrix));
      }
    }),
  );
