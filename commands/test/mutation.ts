import { Option } from "@commander-js/extra-typings";
import { command, finish, UsageError } from "../command.ts";

export default command("test mutation", "Mutate policies and configuration, and run their tests", "changed")
  .description(
    "Mutates files of policies/ and config/, and runs their tests on each mutant. The results are kept in test/mutation/results. Exit status 1: " +
      "Stryker failed or, with --report, a survivor has no reason in test/mutation/survivors.yaml.",
  )
  .argument("[files...]", "files, policies, config, or changed: files that never ran or have changed since")
  .option("--report", "only write docs/mutation-testing.md from the results")
  .addOption(new Option("--check", "with --report: compare only"))
  .action(async (files, { report, check = false }) => {
    if (report === true) {
      const results = await import("../../test/mutation/report.ts");
      finish(await results.report(check));
      return;
    }
    if (files.length === 0) throw new UsageError("no file is named, expected files, policies, config or changed");
    const { mutateFiles, NotMutated } = await import("../../test/mutation/mutate.ts");
    try {
      finish(mutateFiles(files));
    } catch (error) {
      if (error instanceof NotMutated) throw new UsageError(error.message);
      throw error;
    }
  });
