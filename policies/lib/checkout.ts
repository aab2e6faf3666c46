import { join } from "node:path";

/** The project that the pack belongs to, whose files policies may go by; tests set it. */
export const checkout = {
  root: join(import.meta.dirname, "../.."),
};
