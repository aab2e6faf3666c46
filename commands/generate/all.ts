import { writeAlerts } from "../../features/alerts/writeAlerts.ts";
import { writeCodeOwners } from "../../features/codeowners/writeCodeOwners.ts";
import { writeCatalog } from "../../features/modules/catalog/writeCatalog.ts";
import { writeWorkflows } from "../../features/n8n/writeWorkflows.ts";
import { writeSchemas } from "../../features/schemas/writeSchemas.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish } from "../command.ts";

const GENERATORS = [writeSchemas, writeCodeOwners, writeAlerts, writeCatalog, writeWorkflows];

export default command("generate all", "Run every generator", "--check")
  .description(
    "Runs every generator: the other commands of this group. The console's own files need its packages: npm run generate:console.",
  )
  .option("--check", "compare only")
  .action(({ check = false }) => {
    // All run, also after one that fails.
    const results = GENERATORS.map((write) => write(PROJECT_ROOT, check));
    finish(results.every(Boolean));
  });
