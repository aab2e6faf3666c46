import type { Declared } from "../../lib/pulumi.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";

/** Something real that a declared resource would be, and that the state does not know. */
export interface Orphan {
  /** Id that `pulumi import` takes. */
  readonly id: string;
  /** What it is for a person, with its place: `role acme on db.internal:5432`. */
  readonly what: string;
  /** What proves that this stack made it; absent when nothing does. */
  readonly proof?: string;
  /** Why it is not taken to be this stack's; absent when something proves that it is. */
  readonly doubt?: string;
}

/** Where people read on. */
export const RUNBOOK = "docs/runbooks/orphans.md";

/** A text among a resource's inputs; undefined when it is not known yet. */
export function textInput({ inputs }: Declared, key: string): string | undefined {
  const value = inputs[key];
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}
