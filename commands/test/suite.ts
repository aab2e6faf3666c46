import { Argument } from "@commander-js/extra-typings";
import { command, finish } from "../command.ts";

export default command("test suite", "Run a suite of tests", "unit -- --grep locale")
  .description(
    "Installs what a suite needs of the toolchain and runs it with mocha. unit: those that need no sandbox. postgres: those of the databases, " +
      "with PostgreSQL 18. sandbox, operations and story: those with a sandbox. chart: the Helm chart's alone. containers, n8n and rollback: " +
      "those that take longer than npm test allows.",
  )
  .addArgument(
    new Argument("<name>").choices([
      "unit",
      "postgres",
      "chart",
      "containers",
      "n8n",
      "rollback",
      "sandbox",
      "operations",
      "story",
    ] as const),
  )
  .argument("[arguments...]", "further arguments of mocha, after --")
  .action(async (name, more) => {
    const { runSuite } = await import("../../test/suites.ts");
    finish(await runSuite(name, more));
  });
