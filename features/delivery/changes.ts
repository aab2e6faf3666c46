import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Decimal } from "decimal.js";
import { ConfigError, listPrice } from "../../config/index.ts";
import type { TenantSpec } from "../../config/index.ts";
import { dayOf } from "../../config/lifecycle.ts";
import { CONFIG_NAMESPACE } from "../../config/names.ts";
import { resolve } from "./resolved.ts";
import type { Resolved, ResolvedStack } from "./resolved.ts";
import { changedPaths, commitOf, mergeBase, withTree } from "./tree.ts";

const money = z.record(z.string(), z.number());
const tenantChange = z.object({
  tenant: z.string(),
  kind: z.enum(["added", "changed", "removed"]),
  /** Keys of the resolved tenant that differ, sorted; none for what is added or removed. */
  keys: z.array(z.string()),
  /** Ways out that its pods get, by the module that needs them. */
  opens: z.array(z.object({ module: z.string(), networks: z.array(z.string()) })),
});
const stackChange = z.object({
  stack: z.string(),
  environment: z.enum(["staging", "prod"]),
  cell: z.string(),
  tenants: z.array(tenantChange),
  /** Keys of the stack's file that differ, those of this project without their namespace. */
  settings: z.array(z.string()),
  /** Files of the program that differ: they may reach every tenant. */
  program: z.array(z.string()),
  /** Sum of the plans' prices per month today by currency. */
  cost: z.object({ before: money, after: money }),
});

/** What a change comes to, stack by stack. */
export const changesSchema = z.object({
  /** The commit that the change starts from, and its own. */
  base: z.string(),
  head: z.string(),
  stacks: z.array(stackChange),
});

/** What a change comes to. */
export type Changes = z.output<typeof changesSchema>;
/** What a change comes to in one stack. */
export type StackChange = z.output<typeof stackChange>;

/** Files that are part of the program that the engine runs, or decide how it runs. */
const PROGRAM =
  /^(?:index\.ts|preload\.cjs|tsconfig\.json|Pulumi\.yaml|\.npmrc|package(?:-lock)?\.json|(?:components|config|charts|lib|policies|providers|sql)\/.+)$/;

/**
 * Which stacks and tenants a branch changes since it left another: both commits are read and resolved, so that a changed
 * plan reaches the tenants on it and a comment reaches nobody. Files of the program reach every tenant of every stack.
 *
 * @param base what the branch is to be merged into, such as `origin/main`
 * @param head the branch. Its files are read from the commit, not from the checkout.
 * @throws GitError, or ConfigError when the branch's own files are wrong and it does not change the program.
 */
export function changesBetween(root: string, base: string, head: string): Changes {
  const from = mergeBase(root, base, head);
  const to = commitOf(root, head);
  const program = changedPaths(root, from, to).filter((path) => PROGRAM.test(path));
  let after: Resolved | undefined;
  try {
    after = withTree(root, to, resolve);
  } catch (error) {
    // A branch may bring a schema along that its files are right by; it is previewed as a whole by its own program.
    if (!(error instanceof ConfigError) || program.length === 0) throw error;
  }
  let before: Resolved | undefined;
  try {
    before = withTree(root, from, resolve);
  } catch (error) {
    // Files that today's schema refuses: everything counts as changed.
    if (!(error instanceof ConfigError)) throw error;
  }
  const stacks = compareStacks(after === undefined ? undefined : before, after ?? before, program);
  return { base: from, head: to, stacks };
}

/** Compares what two commits say, both resolved. @param before undefined: nothing is known of it */
export function compareStacks(
  before: Resolved | undefined,
  after: Resolved | undefined,
  program: readonly string[],
): Changes["stacks"] {
  const today = dayOf(new Date());
  const names = [...new Set([...(before?.stacks.keys() ?? []), ...(after?.stacks.keys() ?? [])])].sort();
  return names.flatMap((name) => {
    const [was, is] = [before?.stacks.get(name), after?.stacks.get(name)];
    const settings = is?.settings ?? was?.settings;
    if (settings === undefined || settings.environment === "sandbox") return [];
    const change: StackChange = {
      stack: name,
      environment: settings.environment,
      cell: settings.cell,
      tenants: compareTenants(was?.tenants, is?.tenants),
      settings: differingSettings(was?.file, is?.file),
      program: [...program],
      cost: { before: costOf(before, was, today), after: costOf(after, is, today) },
    };
    return change.tenants.length + change.settings.length + change.program.length > 0 ? [change] : [];
  });
}

type Tenants = ReadonlyMap<string, TenantSpec>;

function compareTenants(before: Tenants = new Map(), after: Tenants = new Map()): StackChange["tenants"] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((tenant): StackChange["tenants"] => {
    const [was, is] = [before.get(tenant), after.get(tenant)];
    if (is === undefined) return [{ tenant, kind: "removed", keys: [], opens: [] }];
    const opens = openedBy(was, is);
    if (was === undefined) return [{ tenant, kind: "added", keys: [], opens }];
    const keys = differingKeys(was, is);
    return keys.length === 0 ? [] : [{ tenant, kind: "changed", keys, opens }];
  });
}

function openedBy(before: TenantSpec | undefined, after: TenantSpec): StackChange["tenants"][number]["opens"] {
  return after.egress.flatMap(({ for: module, networks }) => {
    const had = before?.egress.find((way) => way.for === module)?.networks ?? [];
    const added = networks.filter((network) => !had.includes(network));
    return added.length === 0 ? [] : [{ module, networks: added }];
  });
}

/** As the file has them, secrets and keys of other namespaces included: these too decide what the program connects to. */
function differingSettings(
  before: ResolvedStack["file"] | undefined,
  after: ResolvedStack["file"] | undefined,
): string[] {
  const prefix = `${CONFIG_NAMESPACE}:`;
  return differing(before ?? new Map(), after ?? new Map()).map((key) =>
    key.startsWith(prefix) ? key.slice(prefix.length) : key,
  );
}

function differingKeys(before: TenantSpec | undefined, after: TenantSpec | undefined): string[] {
  return differing(new Map(Object.entries(before ?? {})), new Map(Object.entries(after ?? {})));
}

function differing(was: ReadonlyMap<string, unknown>, is: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((key) => !isDeepStrictEqual(was.get(key), is.get(key)))
    .sort();
}

function costOf(
  resolved: Resolved | undefined,
  stack: ResolvedStack | undefined,
  today: string,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { id, plan } of stack?.tenants.values() ?? []) {
    const price =
      resolved && listPrice(resolved.projectFiles, resolved.projectFiles.tenants.get(id) ?? {}, plan.name, today);
    if (price === undefined) continue;
    sums[price.currency] = new Decimal(sums[price.currency] ?? 0).plus(price.amount).toNumber();
  }
  return sums;
}

/** The jobs of a workflow, one a stack: `strategy: { matrix: … }`. */
export interface Matrix {
  readonly include: readonly { readonly stack: string }[];
}

/**
 * Which stacks main's program previews with the branch's data, and which the branch's own program, once a person has released it. What
 * is told wrong here gives nothing away: the jobs of the first kind take data alone.
 *
 * @param known stacks that main has. A new one has no environment that would wait for a person, and is not previewed.
 */
export function matricesOf(
  { stacks }: Changes,
  known: ReadonlySet<string>,
): { readonly data: Matrix; readonly program: Matrix } {
  const of = (isProgram: boolean): Matrix => ({
    include: stacks.flatMap(({ stack, settings, program }) =>
      known.has(stack) && settings.length + program.length > 0 === isProgram ? [{ stack }] : [],
    ),
  });
  return { data: of(false), program: of(true) };
}
