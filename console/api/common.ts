import { z } from "zod";

/** A moment, ISO 8601 in UTC. */
export const time = z.iso.datetime({ offset: true });

/** Rows of a page. */
export const PAGE_SIZE = 50;

/** Something that data comes from, and of when it is. */
export const sourceSchema = z.object({
  name: z.string(),
  /** When it was read last without an error; absent if never. */
  readAt: time.optional(),
  /** Of when what was read is; absent where the source does not say. */
  asOf: time.optional(),
  state: z.enum(["fresh", "stale", "failed", "missing"]),
  /** What is wrong and what to do; absent for a fresh source. */
  problem: z.string().optional(),
});
export type Source = z.output<typeof sourceSchema>;

/** An error, as every route answers it. */
export const problemSchema = z.object({
  /** What happened, for people. */
  message: z.string(),
  /** What to do. */
  hint: z.string().optional(),
  /** Identifies the entry in the server's log. */
  request: z.string().optional(),
});

/** A problem in a file, as `npm run validate` reports it. */
export const diagnosticSchema = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  /** Path in the file, such as `environments.prod.domains[0]`; empty for the file itself. */
  path: z.string(),
  message: z.string(),
});
export type Diagnostic = z.output<typeof diagnosticSchema>;
