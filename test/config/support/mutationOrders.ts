import { z } from "zod";

/** What a worker is told: where to work, what to draw, and how often. */
export const orders = z.object({ root: z.string(), seed: z.int(), tenants: z.int(), others: z.int() });

/** What a worker answers. */
export const figures = z.object({
  tried: z.int(),
  refused: z.int(),
  understood: z.int(),
  failure: z.string().optional(),
});

/** A worker says that it goes on after so many mutants. */
export const ALIVE_EACH = 50;

/** What a worker says: that it goes on, or what it found. */
export const news = z.union([z.object({ isAlive: z.literal(true) }), figures]);
