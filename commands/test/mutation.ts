import { command, finish, UsageError } from "../command.ts";

export default command("test mutation", "Mutate the program, and run its tests on each mutant", "policies")
  .description(
    "Mutates files of policies, config, features/delivery, features/requests and features/recovery, and runs their tests on each mutant. " +
      "Results are kept in reports/mutation/incremental.json: the next run repeats only what has changed. Exit status 1: Stryker failed, or too many mutants survive.",
  )
  .argument("<files...>", "files or folders")
  .action(async (files) => {
    const { mutateFiles, NotMutated } = await import("../../test/mutation/mutate.ts");
    try {
      finish(mutateFiles(files));
    } catch (error) {
      if (error instanceof NotMutated) throw new UsageError(error.message);
      throw error;
    }
  });
