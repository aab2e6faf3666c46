import { stateDependencies } from "../../lib/pulumi.ts";
import type { Plan } from "./plan.ts";

/** What an update is of: everything but `excluded`, or `targets` alone. */
export interface Scope {
  readonly targets?: readonly string[];
  readonly excluded?: readonly string[];
}

/**
 * The engine's arguments for an update of a scope.
 *
 * What the program no longer names and the update leaves as it is, the engine puts into the new state ahead of the first resource that
 * depends on it. It handles resources at once, so that a second one may come before it; the state that it then writes is invalid
 * ("comes after it"), and nothing works with it any more. Where that could happen, the engine takes one step after the other.
 *
 * @param full the plan of the whole stack
 * @throws PulumiError when the state cannot be read
 */
export async function scopeArguments(
  root: string,
  stack: string,
  full: Pick<Plan, "steps">,
  { targets, excluded = [] }: Scope,
): Promise<readonly string[]> {
  const removed = full.steps.filter(({ effect }) => effect === "delete").map(({ urn }) => urn);
  const left = removed.filter((urn) => (targets === undefined ? excluded.includes(urn) : !targets.includes(urn)));
  const isSafe = left.length === 0 || areOrdered(left, new Set(removed), await stateDependencies(stack, root));
  return [
    ...(targets ?? []).flatMap((urn) => ["--target", urn]),
    ...(targets === undefined ? excluded.flatMap((urn) => ["--exclude", urn]) : []),
    ...(isSafe ? [] : ["--parallel", "1"]),
  ];
}

/**
 * Whether each of these resources has one resource at most that depends on it and waits for no other one that does.
 *
 * @param gone all that the program no longer names
 * @param dependencies of each resource of the state, by URN
 */
export function areOrdered(
  urns: readonly string[],
  gone: ReadonlySet<string>,
  dependencies: ReadonlyMap<string, readonly string[]>,
): boolean {
  return urns.every((urn) => {
    const dependents = new Set(
      [...dependencies].flatMap(([from, to]) => (!gone.has(from) && to.includes(urn) ? [from] : [])),
    );
    const first = [...dependents].filter((one) => !waitsForAny(one, dependents, dependencies));
    return first.length <= 1;
  });
}

/** Whether a resource depends on one of others, directly or by way of more. */
function waitsForAny(
  urn: string,
  others: ReadonlySet<string>,
  dependencies: ReadonlyMap<string, readonly string[]>,
): boolean {
  const seen = new Set([urn]);
  const queue = [urn];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const next of dependencies.get(at) ?? []) {
      if (others.has(next) && next !== urn) return true;
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return false;
}
