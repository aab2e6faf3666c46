import { isDeepStrictEqual } from "node:util";
import type { BaseRevision, BaseTenant } from "../baseRevision.ts";
import { addDays, HOLD_DAYS_MIN, isHoldOver, isLegalTransition, LIFECYCLE_RUNBOOK, nextStates } from "../lifecycle.ts";
import { quote } from "../schemas/common.ts";
import type { Tenant } from "../types.ts";
import { priceFile } from "./billing.ts";
import { tenantFile } from "./rule.ts";
import type { Rule, RuleInput, RuleProblem } from "./rule.ts";

/** What a change is judged by. */
export interface Transition {
  readonly base: BaseRevision;
  /** Calendar day (UTC) of the change. */
  readonly today: string;
  /** The text of a file as it is now. */
  readonly textOf: (file: string) => string;
}

/** How much of two files' lines must be the same for one to be the other under a new name; git's own measure is half. */
const RENAMED = 0.5;

const seeBilling = "see docs/runbooks/billing.md#prices";
const see = (section: string) => `see ${LIFECYCLE_RUNBOOK}#${section}`;

/** The rule of one change: from the base's files to those that are there now, nothing is lost and nothing skipped. */
export function legalChange(change: Transition): Rule {
  return (input) => [
    ...[...change.base.tenants.values()].flatMap((before) => {
      const after = input.tenants.get(before.id);
      if (after !== undefined) return kept(before, after, input, change);
      // A file that cannot be read is there all the same, and has messages of its own.
      return change.textOf(tenantFile(before.id)) === "" ? removed(before, input, change) : [];
    }),
    ...[...input.tenants.values()].flatMap((after) =>
      change.base.tenants.has(after.id) ? [] : added(after, input, change),
    ),
    ...records(input, change),
    ...begunPrices(input, change),
  ];
}

/** Whether a tenant's file may go. */
function mayGo({ id, lifecycle, decommission }: BaseTenant, input: RuleInput, today: string): boolean {
  // Stryker disable next-line ConditionalExpression: The schema has decommission in a tenant that is being decommissioned alone.
  const released = lifecycle === "decommissioning" && decommission?.release === true;
  // Stryker disable next-line StringLiteral: A hold without a day has no release by the schema.
  return released && isHoldOver(decommission.holdUntil ?? "9", today) && input.archive.has(id);
}

function removed(before: BaseTenant, input: RuleInput, { today }: Transition): RuleProblem[] {
  if (mayGo(before, input, today)) return [];
  const { id, lifecycle, decommission } = before;
  const state = decommission?.release === true ? "released" : lifecycle;
  const next =
    lifecycle !== "decommissioning"
      ? "put it back and set lifecycle: decommissioning"
      : decommission?.release !== true
        ? `put it back until its hold is over (${decommission?.holdUntil ?? "a day that is not set"}) and it is released`
        : !input.archive.has(id)
          ? `put back archive/${id}.yaml, which is permanent`
          : // Stryker disable next-line StringLiteral: Only a part of a message, for a released tenant whose file has no day, which the schema refuses.
            `put it back until ${decommission.holdUntil ?? "its hold is over"}`;
  const message = `is deleted while the tenant is ${state}, expected it to be decommissioned and released first: ${next}; ${see("a-deleted-file")}`;
  return [{ file: tenantFile(id), path: [], message }];
}

function added(after: Tenant, input: RuleInput, { base, today, textOf }: Transition): RuleProblem[] {
  const file = tenantFile(after.id);
  if (base.archive.has(after.id) || input.archive.has(after.id)) {
    const message = `is the id of a tenant that ended (archive/${after.id}.yaml), expected an id that was never used; ${see("an-id-that-was-used")}`;
    return [{ file, path: [], message }];
  }
  // Stryker disable next-line ConditionalExpression,LogicalOperator: A tenant that was read has a file, and a file that was not is refused by its own messages.
  const gone = [...base.tenants.values()].filter(({ id }) => textOf(tenantFile(id)) === "" && !input.tenants.has(id));
  const origin = gone.find(
    (before) =>
      !mayGo(before, input, today) &&
      // Stryker disable next-line EqualityOperator: Exactly half of the lines in common: either side will do, since the deleted file is refused anyway.
      (before.displayName === after.displayName || likeness(before.text, textOf(file)) >= RENAMED),
  );
  if (origin !== undefined) {
    const message = `is ${tenantFile(origin.id)} under another name, expected the old one: the file name is the tenant's permanent id, and another id means a new, empty tenant. Rename it back; to change the name that people see, set displayName; ${see("a-changed-id")}`;
    return [{ file, path: [], message }];
  }
  if (isLegalTransition("absent", after.lifecycle)) return [];
  const message = `is ${quote(after.lifecycle)} in a new tenant, expected ${nextStates("absent")}: a new tenant starts that way; ${see("what-may-follow-on-what")}`;
  return [{ file, path: ["lifecycle"], message }];
}

function kept(before: BaseTenant, after: Tenant, input: RuleInput, { today }: Transition): RuleProblem[] {
  const file = tenantFile(after.id);
  const problems: RuleProblem[] = [];
  const refuse = (path: string[], message: string) => problems.push({ file, path, message });
  const released = mayGo(before, input, today);

  if (!isLegalTransition(before.lifecycle, after.lifecycle)) {
    refuse(
      ["lifecycle"],
      `is ${quote(after.lifecycle)} after "${before.lifecycle}", expected ${before.lifecycle}: there is no way back, restore the last backup into a new tenant; ${see("what-may-follow-on-what")}`,
    );
  }
  if (before.cell !== after.cell) {
    refuse(
      ["cell"],
      `is ${quote(after.cell)}, was ${quote(before.cell)}, expected no change: it would delete the tenant in one cell and create an empty one in the other; ${see("a-changed-cell")}`,
    );
  }
  for (const environment of before.environments) {
    if (released || Object.hasOwn(after.environments, environment)) continue;
    refuse(
      ["environments"],
      `lacks ${environment}, where the tenant exists, expected it to stay: it is deleted with the tenant, after decommissioning; ${see("a-removed-environment")}`,
    );
  }
  problems.push(...holdProblems(before, after, today).map(([path, message]) => ({ file, path, message })));
  return problems;
}

/** What is wrong with the hold and the release of a tenant that is being decommissioned. */
function holdProblems(before: BaseTenant, after: Tenant, today: string): [path: string[], message: string][] {
  const end = after.decommission;
  if (end === undefined) return [];
  const problems: [string[], string][] = [];
  const earliest =
    before.lifecycle === "decommissioning" ? before.decommission?.holdUntil : addDays(today, HOLD_DAYS_MIN);
  // Stryker disable next-line ConditionalExpression: No day is before a missing one.
  if (earliest !== undefined && end.holdUntil < earliest) {
    const why =
      before.lifecycle === "decommissioning"
        ? "a hold cannot be shortened"
        : `${HOLD_DAYS_MIN} days from today, ${today}`;
    const message = `is ${quote(end.holdUntil)}, expected ${earliest} or later: ${why}; ${see("a-hold")}`;
    problems.push([["decommission", "holdUntil"], message]);
  }
  // Stryker disable next-line ConditionalExpression: Stricter: a release whose hold is moved to a later day would be refused; the policy refuses to delete until then.
  if (end.release && before.decommission?.release !== true) {
    // Stryker disable next-line ConditionalExpression: A hold that begins today ends in thirty days: the other half refuses the release.
    if (before.lifecycle !== "decommissioning" || !isHoldOver(end.holdUntil, today)) {
      const message = `is true on ${today}, expected false until the hold is over on ${end.holdUntil}; ${see("release")}`;
      problems.push([["decommission", "release"], message]);
    }
  }
  return problems;
}

/** Archive records are only ever added, of tenants that there are. */
function records(input: RuleInput, { base, textOf }: Transition): RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const [id, text] of base.archive) {
    const file = `archive/${id}.yaml`;
    const now = textOf(file);
    if (now === text) continue;
    const message = `is ${now === "" ? "deleted" : "changed"}, expected it as it was: records are permanent (git checkout BASE -- ${file}); ${see("the-record")}`;
    problems.push({ file, path: [], message });
  }
  for (const id of input.archive.keys()) {
    if (base.archive.has(id) || base.tenants.get(id)?.lifecycle === "decommissioning") continue;
    const message = `is the record of a tenant that is not being decommissioned, expected lifecycle: decommissioning in ${tenantFile(id)} to be merged and applied first; ${see("the-record")}`;
    problems.push({ file: `archive/${id}.yaml`, path: [], message });
  }
  return problems;
}

/** Share of lines that two texts have in common (Dice), from 0 to 1. */
function likeness(a: string, b: string): number {
  const first = linesOf(a);
  const second = linesOf(b);
  const common = [...first].filter((line) => second.has(line)).length;
  return (2 * common) / Math.max(1, first.size + second.size);
}

function linesOf(text: string): Set<string> {
  // Stryker disable next-line MethodExpression: Margins and empty lines count in the likeness: at worst a refusal says only that the file is deleted, not that it was renamed.
  const lines = text.split("\n").map((line) => line.trim());
  // Stryker disable next-line ConditionalExpression,MethodExpression,StringLiteral: Margins and empty lines count in the likeness: at worst a refusal says only that the file is deleted, not that it was renamed.
  return new Set(lines.filter((line) => line !== ""));
}

/** A price list that has begun stays as it is, and a new one begins after today: what was charged does not change. */
function begunPrices(input: RuleInput, { base, today, textOf }: Transition): RuleProblem[] {
  return [...base.prices].flatMap(([currency, before]): RuleProblem[] => {
    const file = priceFile(currency);
    const after = input.prices.get(currency);
    const begun = before.filter(({ validFrom }) => validFrom <= today);
    if (after === undefined) {
      // A file that cannot be read has messages of its own.
      if (begun.length === 0 || textOf(file) !== "") return [];
      return [{ file, path: [], message: `is deleted, expected it to stay: its prices were charged; ${seeBilling}` }];
    }
    const changed = begun.flatMap((list): RuleProblem[] => {
      const index = after.findIndex(({ validFrom }) => validFrom === list.validFrom);
      if (index >= 0 && isDeepStrictEqual(after[index], list)) return [];
      const message = `${index < 0 ? "lacks" : "changes"} the prices from ${list.validFrom}, expected them as they were: they have begun; add a list that begins later; ${seeBilling}`;
      return [{ file, path: index < 0 ? ["prices"] : ["prices", index], message }];
    });
    const late = after.flatMap(({ validFrom }, index): RuleProblem[] => {
      if (validFrom > today || before.some((list) => list.validFrom === validFrom)) return [];
      const message = `is ${quote(validFrom)} in a new list on ${today}, expected a later day: prices do not change in the past; ${seeBilling}`;
      return [{ file, path: ["prices", index, "validFrom"], message }];
    });
    return [...changed, ...late];
  });
}
