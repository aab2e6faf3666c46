import type { z } from "zod";
import type { optionsSchema } from "../../api/requests.ts";

/** What the forms offer. */
export type Options = z.output<typeof optionsSchema>;
