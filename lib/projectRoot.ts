import { join } from "node:path";

/** Root of the checkout that this program is part of: what commands work on when no other folder is named. */
export const PROJECT_ROOT = join(import.meta.dirname, "..");
