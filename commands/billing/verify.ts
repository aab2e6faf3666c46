import { chainProblems } from "../../features/billing/index.ts";
import { command, finish, log } from "../command.ts";
import { stackOption, withActing } from "./options.ts";

export default command("billing verify", "Check that final documents are what they were made as")
  .description(
    "Checks that numbers begin at 1 without a hole, and that each final document's hash fits its content and the document before.",
  )
  .addOption(stackOption())
  .action(async (options) => {
    const problems = await withActing(options, (database) => chainProblems(database));
    for (const problem of problems) console.error(problem);
    if (problems.length === 0) log("All final documents are what they were made as.");
    finish(problems.length === 0);
  });
