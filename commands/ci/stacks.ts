import { Option } from "@commander-js/extra-typings";
import { resolve } from "../../features/delivery/resolved.ts";
import { inOrder } from "../../features/delivery/waves.ts";
import { setOutput } from "../../lib/githubOutput.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { asStep } from "../step.ts";

export default command("ci stacks", "Print the stacks as a matrix of jobs", "--environment prod")
  .description("Prints the stacks as the matrix of a workflow, canary cells first, and sets the output matrix.")
  .addOption(new Option("--environment <name>", "only its stacks (default: all)").choices(["staging", "prod"] as const))
  .action(({ environment }) =>
    asStep("staging", () => {
      const stacks = inOrder(resolve(PROJECT_ROOT).stacks.values()).filter(({ settings }) =>
        [undefined, settings.environment].includes(environment),
      );
      const matrix = JSON.stringify({ include: stacks.map(({ name }) => ({ stack: name })) });
      log(matrix);
      setOutput("matrix", matrix);
      finish(stacks.length > 0);
    }),
  );
