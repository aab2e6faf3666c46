import { LABELS } from "../../config/githubRepository.ts";
import { firstLines, nameList } from "./boundedText.ts";
import type { Changes, StackChange } from "./changes.ts";
import { RUNBOOK } from "./deliveryError.ts";
import { EFFECTS } from "./plan.ts";
import { nameOf, SHARED } from "../../policies/lib/urn.ts";
import type { Plan, Step } from "./plan.ts";

/** Begins the one comment of a pull request, by which it is found again. */
export const MARKER = "<!-- odoo-saas: preview -->";

/** Label by which a person says that the loss of data is meant. */
export const ACKNOWLEDGEMENT = LABELS.dataLoss.name;

/** What a pull request's comment tells. */
export interface Preview {
  readonly changes: Changes;
  /** One plan per stack of `changes`. */
  readonly plans: readonly Plan[];
}

/** The resources whose data would be lost. */
export function lossesOf(plans: readonly Plan[]): readonly (Step & { readonly stack: string })[] {
  return plans.flatMap(({ stack, steps }) =>
    steps.filter(({ losesData }) => losesData).map((step) => ({ ...step, stack })),
  );
}

/** Tenants that a plan touches although the files change nothing of theirs: normally none. */
export function blastRadius(change: StackChange, plan: Plan): string[] {
  const meant = new Set([SHARED, ...change.tenants.map(({ tenant }) => tenant)]);
  return tenantsOf(plan).filter((tenant) => !meant.has(tenant));
}

/**
 * The comment of a pull request. It contains only names, numbers and networks, and therefore no secret.
 *
 * Tenants for whom the same happens share a row.
 *
 * @param preview what changes, and what the engine reports
 * @param limit how many entries a list may have. @default all
 */
export function renderComment({ changes, plans }: Preview, limit = Number.POSITIVE_INFINITY): string {
  const byStack = new Map(plans.map((plan) => [plan.stack, plan]));
  const sections = changes.stacks.map((change) => renderStack(change, byStack.get(change.stack), limit));
  const head = `### Preview of ${changes.head.slice(0, 7)}`;
  const nothing = "No tenant of any stack changes.";
  return [
    MARKER,
    head,
    ...(sections.length === 0
      ? [nothing]
      : [renderLosses(plans, limit), renderWaysOut(changes, limit), ...sections, renderCost(changes)]),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");
}

function renderLosses(plans: readonly Plan[], limit: number): string {
  const losses = lossesOf(plans);
  if (losses.length === 0) return "";
  // One resource is named; of many of a kind, the tenants are.
  const kinds = Map.groupBy(losses, ({ stack, effect, urn }) => `${stack} ${effect} ${typeOf(urn)}`);
  const lines = [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { stack, effect, urn } = first;
    if (same.length > limit) {
      const tenants = [...new Set(same.map(({ tenant }) => tenant))];
      return [`> - **${stack}: ${effect} of ${same.length} (${typeOf(urn)}) of ${nameList(tenants, limit)}**`];
    }
    return same.map(
      (each) => `> - **${stack}: ${each.tenant}: ${effect} of \`${nameOf(each.urn)}\` (${typeOf(urn)})**`,
    );
  });
  return [
    `> [!CAUTION]`,
    `> **Data would be lost.** Merging needs the label \`${ACKNOWLEDGEMENT}\` ([why](${RUNBOOK}#acknowledgement)).`,
    ...lines,
  ].join("\n");
}

/** What pods may reach on the internet when this is merged: networks are the one value that a comment shows. */
function renderWaysOut({ stacks }: Changes, limit: number): string {
  const opened = stacks.flatMap(({ stack, tenants }) =>
    tenants.flatMap(({ tenant, opens }) =>
      opens.map(({ module, networks }) => ({ stack, tenant, what: `\`${module}\` to ${networks.join(", ")}` })),
    ),
  );
  if (opened.length === 0) return "";
  const kinds = [...Map.groupBy(opened, ({ stack, what }) => `${stack} ${what}`).values()];
  const lines = kinds.flatMap((same) => {
    const tenants = same.map(({ tenant }) => tenant);
    return same.slice(0, 1).map(({ stack, what }) => `> - **${stack}: ${nameList(tenants, limit)}: ${what}**`);
  });
  return [
    `> [!WARNING]`,
    `> **Internet access opens.** Web and cron pods may reach these networks at port 443, and could send them all data in Odoo ([how to assess this](docs/runbooks/egress.md)).`,
    ...firstLines(lines, limit, (count) => `> - **${count} more**`),
  ].join("\n");
}

function renderStack(change: StackChange, plan: Plan | undefined, limit: number): string {
  const title = `#### \`${change.stack}\``;
  const why = reasons(change, limit);
  if (plan === undefined) {
    return `${title}\n\n${why}\n\n**No preview**: the job failed before it had a plan ([what to do](${RUNBOOK}#preview)).`;
  }
  const radius = blastRadius(change, plan);
  return [
    title,
    why,
    renderTenants(change, plan, limit),
    radius.length === 0
      ? "Blast radius: 0 other tenants."
      : `**Blast radius: ${radius.length} other tenant${radius.length === 1 ? "" : "s"}** whose files do not change: ${nameList(radius, limit)}.`,
    renderPolicies(plan, limit),
    plan.ok ? "" : renderErrors(plan),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function reasons({ tenants, settings, program }: StackChange, limit: number): string {
  const same = Map.groupBy(tenants, ({ kind, keys }) => `${kind}${keys.length === 0 ? "" : ` (${keys.join(", ")})`}`);
  const lists = [...same].map(([what, of]) => {
    return `${nameList(
      of.map(({ tenant }) => tenant),
      limit,
    )} ${what}`;
  });
  const parts = [
    ...firstLines(lists, limit, (count) => `${count} more`),
    ...(settings.length === 0 ? [] : [`the stack's ${settings.join(", ")}`]),
    ...(program.length === 0
      ? []
      : [`${program.length} file${program.length === 1 ? "" : "s"} of the program (every tenant)`]),
  ];
  return `Changes: ${parts.join("; ")}.`;
}

function renderTenants(change: StackChange, plan: Plan, limit: number): string {
  const rows = [...new Set([...change.tenants.map(({ tenant }) => tenant), ...tenantsOf(plan)])].sort();
  const header = `| tenant | ${EFFECTS.map((effect) => `${effect}d`.replace("dd", "d")).join(" | ")} |\n|---|${EFFECTS.map(() => "---|").join("")}`;
  if (rows.length === 0) return "Nothing changes on the servers.";
  const steps = Map.groupBy(plan.steps, ({ tenant }) => tenant);
  const same = Map.groupBy(rows, (tenant) => {
    const own = steps.get(tenant) ?? [];
    return EFFECTS.map((effect) => {
      const those = own.filter((step) => step.effect === effect);
      const text = countByPart(those);
      return those.some(({ losesData }) => losesData) ? `**${text}**` : text;
    }).join(" | ");
  });
  const lines = [...same].map(([cells, tenants]) => `| ${nameList(tenants, limit)} | ${cells} |`);
  return [header, ...firstLines(lines, limit, (count) => `| ${count} more rows | | | | |`)].join("\n");
}

/** `database 4, realm 12`; a dash for none. */
function countByPart(steps: readonly Step[]): string {
  const counts = new Map<string, number>();
  for (const { part } of steps) counts.set(part, (counts.get(part) ?? 0) + 1);
  const text = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([part, count]) => `${part} ${count}`);
  return text.join(", ") || "–";
}

function renderPolicies({ policies, resources }: Plan, limit: number): string {
  if (policies.length === 0) return `Policies: ${resources} resources checked, no violations.`;
  const lines = policies.map(
    ({ policy, mandatory, message }) =>
      `- ${mandatory ? "**refused**" : "advice"} by \`${policy}\`: ${oneLine(message)}`,
  );
  const sorted = [...new Set(lines)].sort();
  return [`Policies:`, ...firstLines(sorted, limit, (count) => `- ${count} more`)].join("\n");
}

function renderErrors({ errors, policies }: Plan): string {
  const lines = errors.slice(0, 10).map((message) => `- ${oneLine(message)}`);
  if (lines.length === 0 && policies.length === 0) lines.push("- The engine failed without an error message");
  return lines.length === 0 ? "" : [`**The preview failed** ([what to do](${RUNBOOK}#preview)):`, ...lines].join("\n");
}

function renderCost({ stacks }: Changes): string {
  const currencies = [
    ...new Set(stacks.flatMap(({ cost }) => [...Object.keys(cost.before), ...Object.keys(cost.after)])),
  ].sort();
  const rows = stacks.flatMap(({ stack, cost }) =>
    currencies.map((currency) => {
      const [before, after] = [cost.before[currency] ?? 0, cost.after[currency] ?? 0];
      const difference = after - before;
      const sign = difference > 0 ? "+" : "";
      return `| ${stack} | ${amount(before)} | ${amount(after)} | ${sign}${amount(difference)} | ${currency} |`;
    }),
  );
  return [
    "Monthly cost, by the prices in `prices/`:",
    ["| stack | before | after | difference | |", "|---|---:|---:|---:|---|", ...rows].join("\n"),
  ].join("\n\n");
}

function amount(value: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function tenantsOf({ steps }: Plan): string[] {
  return [...new Set(steps.map(({ tenant }) => tenant))].sort();
}

function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1)?.split(":").at(-1) ?? "";
}

/** One line that cannot begin anything of Markdown's own; long ones are cut. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("<", "&lt;").replaceAll("@", "&#64;").trim();
  return line.length > 600 ? `${line.slice(0, 600)} …` : line;
}
