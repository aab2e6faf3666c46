import { Option } from "@commander-js/extra-typings";
import { GitHub } from "../../features/delivery/github.ts";
import { assertMayComeUp, promote } from "../../features/delivery/promote.ts";
import { proposeFiles, writeFiles } from "../../features/delivery/pulls.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("deploy promote", "Move a stack of prod to what staging has attested", "--to prod --open")
  .description(
    "Moves a stack of prod to what staging has attested: its release, and in promotions/<stack>.yaml hashes of each tenant, of each of the " +
      "stack's settings, and of all files of the program. Refuses what no valid attestation covers.",
  )
  .requiredOption("--to <stack>", "a stack of prod")
  .option("--open", "propose the files by a pull request; default: only write them")
  .addOption(
    new Option("--check", "change nothing: report whether the stack may be updated to its files").conflicts("open"),
  )
  .action(({ to, open = false, check = false }) =>
    asStep("promotion", async () => {
      if (check) {
        assertMayComeUp(PROJECT_ROOT, to);
        log(`${to} is as promoted, and attested.`);
        return;
      }
      const proposal = promote(PROJECT_ROOT, to);
      if (proposal === undefined) {
        log(`${to} is already promoted to what its files say.`);
        return;
      }
      for (const change of proposal.changes) log(change);
      if (open) {
        const { url } = await proposeFiles(PROJECT_ROOT, GitHub.fromEnvironment(), proposal);
        log(`Proposed: ${url}`);
      } else writeFiles(PROJECT_ROOT, proposal.files);
    }),
  );
