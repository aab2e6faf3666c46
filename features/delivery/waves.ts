import { K8S } from "../../policies/lib/types.ts";
import { typeOf } from "../../policies/lib/urn.ts";
import type { InspectedResources, Step } from "./plan.ts";
import type { ResolvedStack } from "./resolved.ts";

/** What is brought up together. */
export interface Wave {
  readonly name: string;
  /** Ids that change in it, and in none before. */
  readonly changed: readonly string[];
  /** Those of `changed` of which nothing is there yet. */
  readonly isNew: ReadonlySet<string>;
  /** URNs that are updated; undefined: the whole stack, with what tenants share. */
  readonly targets: readonly string[] | undefined;
  /** Ids that are tested; undefined: all. What is new is tested in the last, which gives it what tenants share. */
  readonly tested: readonly string[] | undefined;
}

/** What a preview of the whole stack tells. */
interface Full {
  readonly steps: readonly Pick<Step, "tenant">[];
  readonly all: InspectedResources;
}

/**
 * The waves of a stack: the canaries, and what is new and no running tenant's; then everything. One wave where nothing is there yet,
 * or where none or all are canaries. What is new beside a canary harms nobody where nothing runs yet.
 *
 * @param canaries ids of those that go first
 * @param full in the order in which the engine reported the resources
 */
export function wavesOf({ tenants }: ResolvedStack, canaries: ReadonlySet<string>, { steps, all }: Full): Wave[] {
  const changed = [...new Set(steps.map(({ tenant }) => tenant))].filter((id) => tenants.has(id));
  const own = (id: string) => all.filter(({ tenant }) => tenant === id);
  const isNew = new Set(changed.filter((id) => own(id).every((resource) => resource.isNew)));
  const tested = [...tenants.keys()].filter((id) => canaries.has(id));
  const rest = { name: "all", changed, isNew, targets: undefined, tested: undefined };
  if (tested.length === 0 || tested.length === tenants.size || all.every((resource) => resource.isNew)) return [rest];
  const first = changed.filter((id) => canaries.has(id) || isNew.has(id));
  // Whose pods run gets nothing new either: an init Job would bring its database to a release that they do not run yet.
  const runs = new Set(all.flatMap(({ urn, tenant, isNew }) => (!isNew && typeOf(urn) === K8S.job ? [tenant] : [])));
  const isFirst = ({ tenant, isNew }: InspectedResources[number]) =>
    canaries.has(tenant) || (isNew && !runs.has(tenant));
  const targets = all.filter(isFirst).map(({ urn }) => urn);
  return [
    { name: "canary", changed: first, isNew, targets, tested },
    { ...rest, changed: changed.filter((id) => !first.includes(id)), isNew: new Set() },
  ];
}

/** Stacks in the order that they are brought up in: canary cells, then the others, both by name. */
export function inOrder(stacks: Iterable<ResolvedStack>): ResolvedStack[] {
  const rank = ({ settings, name }: ResolvedStack) => `${settings.canary ? 0 : 1} ${name}`;
  return [...stacks].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
