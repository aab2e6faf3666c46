import { LABELS } from "../../config/githubRepository.ts";
import { firstLines, fitBody, thisRun } from "./boundedText.ts";
import { assertPromoted, stackOf, update } from "./deploy.ts";
import type { Log } from "./deploy.ts";
import { runEngine } from "./engine.ts";
import { DeliveryError } from "./deliveryError.ts";
import type { GitHub, Opened } from "./github.ts";
import { planOf } from "./plan.ts";
import { nameOf, SHARED } from "../../policies/lib/urn.ts";
import type { Step } from "./plan.ts";
import { resolve } from "./resolved.ts";

/** What differs between the servers and the state. */
export interface Drift {
  readonly stack: string;
  /** By tenant, sorted. */
  readonly steps: readonly Step[];
}

/** Label of the issue. */
export const DRIFT_LABEL = LABELS.drift.name;

/** Begins the one issue of a stack. */
export function driftMarker(stack: string): string {
  return `<!-- odoo-saas: drift ${stack} -->`;
}

/** Looks for drift: reads every resource from its server, and changes nothing. @throws DeliveryError */
export async function findDrift(root: string, stack: string): Promise<Drift> {
  const { ok, events, text } = await runEngine(root, "compare", stack);
  const found = events.map(({ resOutputsEvent, ...event }) => ({ ...event, resourcePreEvent: resOutputsEvent }));
  const plan = planOf(stack, ok, found);
  if (!ok) throw new DeliveryError(`Stack ${stack} could not be read: ${plan.errors.join("; ") || text}`, "drift");
  const steps = [...plan.steps].sort((a, b) => (a.tenant + a.urn < b.tenant + b.urn ? -1 : 1));
  return { stack, steps };
}

/** How many resources of each tenant differ; what tenants share is left out. */
export function driftedTenants({ steps }: Drift): ReadonlyMap<string, number> {
  const tenants = Map.groupBy(
    steps.filter(({ tenant }) => tenant !== SHARED),
    ({ tenant }) => tenant,
  );
  return new Map([...tenants].map(([tenant, own]) => [tenant, own.length]));
}

/**
 * Puts back what differs, by an update with the policies.
 *
 * @throws DeliveryError, also if it is a stack of prod whose files are not as promoted and attested
 */
export async function fixDrift(root: string, { stack, steps }: Drift, log: Log): Promise<void> {
  const resolved = resolve(root);
  assertPromoted(root, resolved, stackOf(resolved, stack));
  if (steps.length > 0) await update(root, stack, log, ["--refresh"]);
}

/**
 * Opens or updates the one issue of the stack, or closes it if nothing differs.
 *
 * @returns the issue; undefined if nothing differs
 * @throws DeliveryError
 */
export async function reportDrift(github: GitHub, drift: Drift): Promise<Opened | undefined> {
  const { stack, steps } = drift;
  const marker = driftMarker(stack);
  if (steps.length > 0) {
    const body = fitBody((limit) => renderDrift(drift, limit), `in the log of ${thisRun()}`);
    return await github.upsertIssue(DRIFT_LABEL, marker, `Drift in ${stack}`, body);
  }
  const open = await github.findIssue(DRIFT_LABEL, marker);
  if (open !== undefined) await github.closeIssue(open.number, "Nothing differs now.");
  return undefined;
}

/**
 * The issue's text: what differs, by tenant, without values, and which command fixes it.
 *
 * @param limit how many tenants, and how many rows of each, are shown. @default all
 */
export function renderDrift({ stack, steps }: Drift, limit = Number.POSITIVE_INFINITY): string {
  const tenants = Map.groupBy(steps, ({ tenant }) => tenant);
  const sections = [...tenants].map(([tenant, own]) => {
    const rows = own.map((step) => `| ${step.part} | \`${nameOf(step.urn)}\` | ${whatOf(step)} |`);
    return [
      `### ${tenant === SHARED ? "Shared by all tenants" : tenant}`,
      "",
      "| part | resource | what differs |",
      "|---|---|---|",
      ...firstLines(rows, limit, (count) => `| | | ${count} more |`),
    ].join("\n");
  });
  return [
    driftMarker(stack),
    `The servers of \`${stack}\` differ from what was deployed. Nobody should change them by hand: find out who did, and why. Then do one of these:`,
    [
      `- restore it: the workflow *Drift*, started by hand with *fix*; or \`npx odoo-saas deploy drift --stack ${stack} --fix\``,
      "- keep it: change the tenant's file by a pull request",
      "- something was deleted: [what to do](docs/runbooks/delivery.md#drift)",
    ].join("\n"),
    ...firstLines(sections, limit, (count) => `${count} more tenants.`),
  ].join("\n\n");
}

function whatOf({ effect, properties }: Step): string {
  if (effect === "delete") return "**was deleted**";
  return properties.length === 0 ? "differs" : properties.map((name) => `\`${name}\``).join(", ");
}
