import { command, log } from "../command.ts";

export default command("test golden", "Write the golden graphs in test/graph/")
  .description("Writes the golden graphs in test/graph/. Read the difference before you commit it.")
  .action(async () => {
    // Loading this module replaces Pulumi's engine with mocks.
    const { writeGraphs } = await import("../../test/graph/writeGraphs.ts");
    await writeGraphs(log);
  });
