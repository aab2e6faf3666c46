import { z } from "zod";
import { PAGE_SIZE } from "../api/common.ts";

/** Highest page that can be asked for. */
const LAST_PAGE = 10_000;

/** A page of a list, beginning with 1. */
export const page = z.coerce.number().int().min(1).max(LAST_PAGE).default(1);

/** Query of a list that can only be paged. */
export const pageQuery = z.object({ page });

/** How many rows come before a page. */
export function offsetOf(number: number): number {
  return (number - 1) * PAGE_SIZE;
}
