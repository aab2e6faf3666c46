import { z } from "zod";
import { parse } from "yaml";

const step = z.looseObject({
  uses: z.string().default(""),
  run: z.string().default(""),
  env: z.record(z.string(), z.unknown()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.looseObject({
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  environment: z.unknown().optional(),
  if: z.unknown().optional(),
  permissions: z.union([z.string(), z.record(z.string(), z.string())]).default({}),
  env: z.record(z.string(), z.unknown()).default({}),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({ on: z.unknown(), jobs: z.record(z.string(), job) });
const action = z.looseObject({ runs: z.looseObject({ steps: z.array(step) }) });

/** A step, with those of this repository's own actions in the place of their use. */
export type Step = z.output<typeof step>;

/** A job as far as credentials go. */
export interface Job {
  readonly name: string;
  /** Name of its environment as it is written, expressions and all. */
  readonly environment: string | undefined;
  /** When it runs, as it is written. */
  readonly condition: string | undefined;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  /** The jobs that it waits for, and those that these wait for. */
  readonly waitsFor: readonly string[];
  /** Whether it has more than a token that reads the repository: it writes, has an environment, or is given a secret. */
  readonly hasCredentials: boolean;
}

/** A workflow: what starts it, and its jobs. */
export interface Workflow {
  readonly events: readonly string[];
  readonly jobs: readonly Job[];
}

/**
 * Reads a workflow for what its jobs are given.
 *
 * @param actions texts of this repository's actions, by path such as `.github/actions/setup`
 */
export function readWorkflow(text: string, actions: ReadonlyMap<string, string>): Workflow {
  const { on, jobs } = workflow.parse(parse(text));
  const events =
    typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(z.object({}).loose().parse(on));
  const needsOf = (name: string): string[] => [jobs[name]?.needs ?? []].flat();
  const waitsFor = (name: string): string[] => needsOf(name).flatMap((each) => [each, ...waitsFor(each)]);
  return {
    events,
    jobs: Object.entries(jobs).map(([name, each]): Job => {
      const steps = each.steps.flatMap((one) => expand(one, actions));
      const permissions = typeof each.permissions === "string" ? { all: each.permissions } : each.permissions;
      const isWriter = Object.values(permissions).some((access) => access.includes("write"));
      const environment = z
        .union([z.string(), z.object({ name: z.string() })])
        .optional()
        .parse(each.environment);
      return {
        name,
        environment: typeof environment === "object" ? environment.name : environment,
        condition: z.string().optional().parse(each.if),
        permissions,
        steps,
        waitsFor: [...new Set(waitsFor(name))],
        hasCredentials: isWriter || environment !== undefined || holdsSecret([each.env, ...steps]),
      };
    }),
  };
}

function expand(one: Step, actions: ReadonlyMap<string, string>): Step[] {
  if (!one.uses.startsWith("./")) return [one];
  const text = actions.get(one.uses.slice("./".length));
  if (text === undefined) throw new Error(`${one.uses} is no action of this repository`);
  // The use itself stays: it has what the action is given.
  return [one, ...action.parse(parse(text)).runs.steps.flatMap((inner) => expand(inner, actions))];
}

function holdsSecret(values: readonly unknown[]): boolean {
  return /\bsecrets\s*(?:\.\s*(?!GITHUB_TOKEN\b)\w|\[)|toJSON\(\s*secrets/i.test(JSON.stringify(values));
}

/** Actions that keep something from run to run unless they are told not to, by the input that does. */
const CACHES_BY_DEFAULT: Readonly<Record<string, string>> = {
  "actions/setup-go": "cache",
  "docker/setup-buildx-action": "cache-binary",
  "docker/setup-qemu-action": "cache-image",
};

/**
 * What a step restores of earlier runs; undefined: nothing, or npm packages, whose checksums `npm ci` compares with the lock file.
 */
export function restored(one: Step): string | undefined {
  const [name = ""] = one.uses.split("@");
  if (/^actions\/cache(?:\/|$)/.test(name)) return `${name} of ${String(one.with["path"])}`;
  const input = CACHES_BY_DEFAULT[name];
  if (input !== undefined && String(one.with[input]) !== "false") return `${name} without ${input}: false`;
  if (name === "actions/setup-node") return [undefined, '"npm"'].includes(cacheOf(one)) ? undefined : name;
  if (name.startsWith("actions/setup-") && input === undefined && cacheOf(one) !== undefined) return name;
  return Object.entries(one.with).some(([key, value]) => /^cache-(?:from|to)$/.test(key) && value !== "")
    ? `${name} with a cache`
    : undefined;
}

function cacheOf(one: Step): string | undefined {
  const value = one.with["cache"];
  return value === undefined || value === false ? undefined : JSON.stringify(value);
}
