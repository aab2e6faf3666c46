import { writeSchemas } from "../../features/schemas/writeSchemas.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish } from "../command.ts";

export default command("generate schemas", "Write schemas/*.schema.json from config/schemas/")
  .option("--check", "compare only")
  .action(({ check = false }) => {
    finish(writeSchemas(PROJECT_ROOT, check));
  });
