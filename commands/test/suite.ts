import { Argument } from "@commander-js/extra-typings";
import { command, finish } from "../command.ts";

export default command("test suite", "Run a suite of tests", "unit -- --grep locale")
  .description(
    "Installs the programs that a suite needs and runs it with mocha. unit: short tests, which need no toolchain. integration: tests with a " +
      "toolchain and without a sandbox. postgres: tests of the databases with PostgreSQL 18. sandbox, operations and story: tests with a " +
      "sandbox. console and pages: tests of the console's server and pages. browser: the console in a real browser, with a sandbox. " +
      "chart: tests of the Helm chart only. analytics, containers, n8n and rollback: tests that are too long for npm test.",
  )
  .addArgument(
    new Argument("<name>").choices([
      "unit",
      "integration",
      "postgres",
      "analytics",
      "chart",
      "containers",
      "n8n",
      "rollback",
      "sandbox",
      "operations",
      "story",
      "console",
      "pages",
      "browser",
    ] as const),
  )
  .argument("[arguments...]", "further arguments for mocha, after --")
  .action(async (name, more) => {
    const { runSuite } = await import("../../test/suites.ts");
    finish(await runSuite(name, more));
  });
