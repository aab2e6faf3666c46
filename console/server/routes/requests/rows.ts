import type { Selectable } from "kysely";
import { z } from "zod";
import type { Principal } from "../../../api/access.ts";
import { requestActionSchema, requestSchema, STEPS } from "../../../api/requests.ts";
import type { Request } from "../../../api/requests.ts";
import type { Tables } from "../../../database/schema.ts";

const stateSchema = requestSchema.shape.state;
type State = z.output<typeof stateSchema>;
type Step = (typeof STEPS)[number];

/** When steps were reached. */
const timesSchema = z.partialRecord(z.enum(STEPS), z.string());

/** States in which a request is over without having been done. */
const FAILED: readonly State[] = ["refused", "failed", "rejected", "expired"];

/** The step that each state waits in, or failed in. */
const STEP_OF: Readonly<Record<State, Step>> = {
  received: "opened",
  refused: "opened",
  opened: "checks",
  checked: "approval",
  waiting: "approval",
  rejected: "approval",
  expired: "approval",
  merging: "merged",
  deploying: "deployed",
  done: "deployed",
  failed: "deployed",
};

/** Stands for a text that may name others. */
const FOR_OPERATORS = "It was not done. The operators of the platform see why: ask them";

function rowOf(row: Selectable<Tables["requests"]>) {
  return {
    id: row.id,
    action: requestActionSchema.parse(row.action),
    tenant: row.tenant,
    requester: row.requester,
    approver: row.approver,
    reason: row.reason,
    state: stateSchema.parse(row.state),
    problem: row.problem ?? undefined,
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    deadline: row.deadline?.toISOString(),
    pull: row.pull === null || row.url === null ? undefined : { number: row.pull, url: row.url },
  };
}

/**
 * A request in lists, for a person. Why a deployment failed or a check refused may name others: people of tenants read what the
 * approver said to them, and no link to a repository that they cannot see.
 */
export function rowFor({ tenant }: Pick<Principal, "tenant">, row: Selectable<Tables["requests"]>) {
  const { pull, ...base } = rowOf(row);
  if (tenant === undefined) return { ...base, pull };
  const isHidden = base.problem !== undefined && !["rejected", "expired", "received"].includes(base.state);
  return isHidden ? { ...base, problem: FOR_OPERATORS } : base;
}

/** A request with its progress, for a person; see {@link rowFor}. */
export function requestFor(person: Pick<Principal, "tenant">, row: Selectable<Tables["requests"]>): Request {
  const base = rowFor(person, row);
  const checks = requestSchema.shape.checks.parse(row.checks);
  const shown =
    person.tenant === undefined
      ? checks
      : checks.map(({ name, state, startedAt, completedAt }) => ({ name, state, startedAt, completedAt }));
  return { ...base, diff: row.diff ?? undefined, steps: stepsOf(base, row.steps, shown), checks: shown };
}

function stepsOf(
  { state, approver, deadline, problem }: ReturnType<typeof rowFor>,
  steps: unknown,
  checks: Request["checks"],
): Request["steps"] {
  const times = timesSchema.parse(steps);
  // A check that failed ends a request before anybody is asked.
  const isMerge = state === "failed" && times.approval !== undefined && times.merged === undefined;
  const isCheck =
    !isMerge && ["failed", "refused"].includes(state) && times.opened !== undefined && times.merged === undefined;
  const at = STEPS.indexOf(isMerge ? "merged" : isCheck ? "checks" : STEP_OF[state]);
  return STEPS.map((name, index) => {
    const passed = index < at || state === "done";
    const current = FAILED.includes(state) ? ("failed" as const) : ("active" as const);
    return {
      name,
      state: passed ? ("done" as const) : index === at ? current : ("waiting" as const),
      at: times[name],
      text:
        index === at && state !== "done"
          ? FAILED.includes(state)
            ? problem
            : whatFor(name, { approver, deadline, checks })
          : undefined,
    };
  });
}

function whatFor(
  step: Step,
  { approver, deadline, checks }: { approver: string; deadline: string | undefined; checks: Request["checks"] },
): string | undefined {
  switch (step) {
    case "opened":
      return "Sent; the pull request is being opened";
    case "checks":
      return `${checks.filter(({ state }) => state === "passed").length} of ${checks.length} checks have passed`;
    case "approval":
      return `Waiting for ${approver}${deadline === undefined ? "" : ` until ${deadline}`}`;
    case "merged":
      return "Approved; being merged";
    case "deployed":
      return "Merged; the deployment runs";
    case "received":
      return undefined;
  }
}
