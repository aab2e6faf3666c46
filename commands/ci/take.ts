import { takeData } from "../../features/delivery/dataFiles.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";
import { asStep } from "../step.ts";

export default command("ci take", "Copy the data that a branch changes into this checkout", '--head "$HEAD"')
  .description(
    "Copies the data that a branch changes, and nothing else, into this checkout. features/delivery/dataFiles.ts says what counts as data.",
  )
  .requiredOption("--head <ref>", "the branch, preferably a commit")
  .option("--base <ref>", "the commit that is checked out", "HEAD")
  .addOption(rootOption("a checkout of this repository"))
  .action(({ head, base, root }) =>
    asStep("preview", () => {
      const taken = takeData(root, base, head);
      log(taken.length === 0 ? "The branch changes no data." : `Took ${taken.join(", ")}.`);
    }),
  );
