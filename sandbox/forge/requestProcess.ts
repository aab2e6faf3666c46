import { readRequest, RequestRefusal } from "../../features/requests/index.ts";
import type { RequestState, RequestStatus } from "../../features/requests/index.ts";
import { isSameLogin } from "../../config/approvers.ts";
import { formatDiagnostics } from "../../config/index.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { closeRequest, mergeRequest } from "../../features/requests/decide.ts";
import { pullOf } from "../../features/requests/github.ts";
import type { Github } from "../../features/requests/github.ts";
import { openRequest } from "../../features/requests/open.ts";
import { requireProof, requireRecent } from "../../features/requests/proof.ts";
import { RUNBOOKS } from "../../features/requests/refusal.ts";
import { branchOf } from "../../features/requests/request.ts";
import type { Request } from "../../features/requests/request.ts";
import { writeMergedFile } from "./checkout.ts";
import { addCheckRun, checkRuns } from "./github/routes/checks.ts";
import type { CheckRun } from "./github/routes/checks.ts";
import { reviews } from "./github/routes/reviews.ts";
import type { GithubState, Repository } from "./github/state.ts";
import { Lane } from "./lane.ts";
import { isFinal, statusOf } from "./requestRecord.ts";
import type { RequestRecord, RequestStore } from "./requestRecord.ts";

/** What a check is made of: the pull request's files. */
export interface CheckedTree {
  /** Folder with the files of the pull request's commit. */
  readonly tree: string;
  /** The commit that it was made from. */
  readonly base: string;
  readonly request: Request;
}

/** How a check ended. */
export interface CheckResult {
  readonly conclusion: "success" | "failure" | "neutral";
  /** One line. */
  readonly title: string;
  /** What it printed. */
  readonly summary: string;
}

/** A check of pull requests, by the name that CI has for it. */
export interface Check {
  readonly name: string;
  readonly run: (checked: CheckedTree) => Promise<CheckResult>;
}

/** How a deployment ended. */
export type DeployResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What the steps of requests are taken with. */
export interface Surroundings {
  /** The forge's own GitHub, as its runner sees it. */
  readonly github: Github;
  readonly state: GithubState;
  readonly repository: Repository;
  /** Keeps what is changed in the state and not by its API. */
  readonly keep: () => void;
  readonly store: RequestStore;
  /** A clone of the repository. */
  readonly clone: string;
  /** The user's checkout. */
  readonly checkout: string;
  readonly approvers: readonly string[];
  readonly requesters: Requesters;
  /** Makes main what the checkout is. */
  readonly takeSnapshot: () => Promise<unknown>;
  /** Has a folder with a commit's files while it is used. */
  readonly withTree: <T>(commit: string, use: (tree: string) => Promise<T>) => Promise<T>;
  readonly checks: readonly Check[];
  readonly deploy: (status: RequestStatus) => Promise<DeployResult>;
  /** Gets each step that was taken. */
  readonly taken: (status: RequestStatus, step: RequestStatus["steps"][number], begun: Date) => void;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

/** Longest text of a check that is kept, in characters: GitHub takes 65,535. */
const LONGEST_SUMMARY = 60_000;

/**
 * Takes requests on their way, as n8n and the workflow `request.yml` do: open, check, wait for the approver, merge; then
 * writes the merged file into the checkout and deploys. Each step can be repeated, so that what was cut off goes on.
 */
export class RequestProcess {
  readonly #with: Surroundings;
  /** Short work that changes the repository or the checkout. */
  readonly #git = new Lane();
  /** Work of minutes. */
  readonly #runner = new Lane();
  /** Requests that are taken on their way now. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
  }

  /**
   * Goes on with what was cut off. What was merged and not yet written into the checkout comes first: a snapshot of the
   * checkout would take it back.
   */
  async start(): Promise<void> {
    const { store, takeSnapshot } = this.#with;
    for (const record of store.all().filter(({ state }) => state === "merging")) {
      await this.#attempt(record, () => this.#merge(record));
    }
    await takeSnapshot();
    this.look();
  }

  /** Goes on with a request that came, or that came again. */
  begin(record: RequestRecord): void {
    this.#drive(record.id);
  }

  /** Looks at all that is open: somebody may have reviewed or closed it, and time goes by. */
  look(): void {
    for (const { id, state } of this.#with.store.all()) if (!isFinal(state)) this.#drive(id);
  }

  /** Waits until nothing can be done without a person. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /**
   * What is reported of a request.
   *
   * @param isBrief whether only the titles of checks are reported, not what they printed
   */
  status(record: RequestRecord, isBrief = false): RequestStatus {
    const runs = checkRuns(this.#with.repository).filter(({ head_sha }) => head_sha === record.head);
    const newest = [...new Map(runs.map((run) => [run.name, run])).values()];
    const checks = newest.map(({ name, status, conclusion, started_at, completed_at, output }) => ({
      name,
      status,
      conclusion,
      startedAt: started_at,
      completedAt: completed_at,
      summary: (isBrief ? output?.title : output?.summary) ?? "",
    }));
    return statusOf(record, checks);
  }

  #drive(id: string): void {
    if (this.#running.has(id)) {
      this.#again.add(id);
      return;
    }
    const work = this.#advance(id)
      // What cannot even be kept is tried again at the next look.
      .catch((error: unknown) => this.#with.log(`${id}: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        this.#running.delete(id);
        if (this.#again.delete(id)) this.#drive(id);
      });
    this.#running.set(id, work);
  }

  async #advance(id: string): Promise<void> {
    const { store, log } = this.#with;
    for (;;) {
      const record = store.get(id);
      if (record === undefined || isFinal(record.state)) return;
      const { state } = record;
      await this.#attempt(record, () => this.#step(record));
      if (record.state === state) return;
      log(`${id}: ${state} → ${record.state}${record.reason === undefined ? "" : ` (${record.reason})`}`);
    }
  }

  /** Takes a step; what it throws is the request's end. */
  async #attempt(record: RequestRecord, work: () => Promise<void>): Promise<void> {
    const begun = this.#with.now();
    try {
      await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isRefusal = error instanceof RequestRefusal && record.state === "received";
      if (record.state === "received") this.#took(record, "open", begun, message, false);
      if (record.state === "merging" && record.merged === undefined) this.#took(record, "merge", begun, message, false);
      const reason = message.includes("docs/runbooks/") ? message : `${message}\nSee ${RUNBOOKS.failed}`;
      this.#end(record, isRefusal ? "refused" : "failed", reason);
    }
  }

  #step(record: RequestRecord): Promise<void> {
    switch (record.state) {
      case "received":
        return this.#git.run(() => this.#open(record));
      case "opened":
        return this.#runner.run(() => this.#check(record));
      case "checked":
        this.#save(record, { state: "waiting" });
        return Promise.resolve();
      case "waiting":
        return this.#git.run(() => this.#decide(record));
      case "merging":
        return this.#git.run(() => this.#merge(record));
      case "deploying":
        return this.#runner.run(() => this.#deploy(record));
      default:
        return Promise.resolve();
    }
  }

  async #open(record: RequestRecord): Promise<void> {
    const { github, takeSnapshot, clone, approvers, requesters } = this.#with;
    const begun = this.#with.now();
    const read = readRequest(record.action, "request.json", record.body, approvers);
    if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
    const { request } = read;
    requireRecent(requireProof(request, record.proof, requesters), new Date(record.receivedAt));
    await takeSnapshot();
    const opening = { proof: record.proof, root: clone, base: "main", deadline: new Date(record.deadline), now: begun };
    const pull = await openRequest(github, request, opening);
    const { number, url, head } = pull;
    this.#took(record, "open", begun, `pull request ${number}`);
    this.#save(record, { state: "opened", pull: { number, url }, head });
  }

  async #check(record: RequestRecord): Promise<void> {
    const { repository, withTree, checks } = this.#with;
    const request = this.#requestOf(record);
    const head = headOf(record);
    const base = await repository.git.resolve(`${head}^`);
    if (base === undefined)
      throw new Error(`the commit ${head} has no parent, expected the main that it was made from`);
    const failed: string[] = [];
    await withTree(head, async (tree) => {
      for (const check of checks) {
        const result = await this.#checkOnce(record, check, { tree, base, request });
        if (result.conclusion === "failure") failed.push(`${check.name} (${result.title})`);
      }
    });
    if (failed.length === 0) {
      this.#save(record, { state: "checked" });
      return;
    }
    const why = `the check ${failed.join(", and ")} failed`;
    await this.#git.run(() => this.#close(record, why));
    this.#end(record, "refused", `${why}\nSee ${RUNBOOKS.refused}`);
  }

  async #checkOnce(record: RequestRecord, check: Check, checked: CheckedTree): Promise<CheckResult> {
    const { state, repository, keep, now } = this.#with;
    const begun = now();
    const started = { name: check.name, head_sha: headOf(record), status: "in_progress" } as const;
    const run: CheckRun = addCheckRun({ state, repository }, started);
    keep();
    const result = await check.run(checked).catch((error: unknown): CheckResult => {
      const message = error instanceof Error ? error.message : String(error);
      return { conclusion: "failure", title: message.split("\n")[0] ?? "", summary: message };
    });
    const { conclusion, title, summary } = result;
    Object.assign(run, {
      status: "completed",
      conclusion,
      completed_at: now().toISOString(),
      output: { title, summary: summary.slice(-LONGEST_SUMMARY) },
    });
    keep();
    this.#took(record, check.name, begun, title, conclusion !== "failure");
    return result;
  }

  /** What n8n decides of a request that waits (features/n8n/decide.ts), in the same order. */
  async #decide(record: RequestRecord): Promise<void> {
    const { github, repository, now } = this.#with;
    const { id } = record;
    const { approver } = this.#requestOf(record);
    const begun = now();
    const pull = await pullOf(github, branchOf(id));
    if (pull === undefined) throw new RequestRefusal(`request ${id} has no pull request`, "failed");
    if (pull.state === "merged") {
      this.#save(record, { state: "merging" });
      return;
    }
    if (pull.state === "closed") {
      this.#end(record, "rejected", `the pull request was closed: nothing was changed\nSee ${RUNBOOKS.approval}`);
      return;
    }
    if (pull.head !== record.head) {
      await this.#closeAndEnd(record, "rejected", "its branch has other commits than the request's own");
      return;
    }
    const last = reviews(repository)
      .filter(
        (review) =>
          review.pull === pull.number &&
          isSameLogin(review.user.login, approver) &&
          review.state !== "COMMENTED" &&
          review.state !== "PENDING",
      )
      .at(-1);
    if (last?.state === "CHANGES_REQUESTED") {
      this.#took(record, "approve", begun, `${approver} requested changes`, false);
      await this.#closeAndEnd(record, "rejected", `${approver} rejected it`, last.body);
    } else if (last?.state === "APPROVED" && last.commit_id === pull.head) {
      this.#took(record, "approve", begun, `${approver} approved it`);
      this.#save(record, { state: "merging" });
    } else if (now() > new Date(record.deadline)) {
      const why = `${approver} did not approve it before ${record.deadline}: requests expire without approval`;
      await this.#closeAndEnd(record, "expired", why);
    }
  }

  async #merge(record: RequestRecord): Promise<void> {
    const { github, repository, takeSnapshot, clone, checkout, approvers, requesters, now } = this.#with;
    const { id } = record;
    const begun = now();
    const head = headOf(record);
    // What was merged before this process was cut off is not in the checkout yet.
    if ((await pullOf(github, branchOf(id)))?.state !== "merged") await takeSnapshot();
    const pull = await mergeRequest(github, { id, head, approvers, requesters, root: clone, now: begun });
    const merged = pull.merged ?? "";
    if (record.merged === undefined) this.#took(record, "merge", begun, `merged as ${merged.slice(0, 7)}`);
    this.#save(record, { state: "merging", merged });
    const path = tenantFile(this.#requestOf(record).tenant);
    const text = async (commit: string): Promise<string | undefined> => {
      const entry = await repository.git.entry(commit, path);
      return entry === undefined ? undefined : (await repository.git.blob(entry.sha)).toString("utf8");
    };
    const [before, after] = [await text(`${merged}^`), (await text(merged)) ?? ""];
    const problem = writeMergedFile(checkout, { path, before, after });
    if (problem !== undefined) {
      this.#took(record, "write", begun, problem, false);
      throw new RequestRefusal(problem, "failed");
    }
    this.#took(record, "write", begun, `${path} is in the checkout`);
    this.#save(record, { state: "deploying" });
  }

  async #deploy(record: RequestRecord): Promise<void> {
    const { deploy, now } = this.#with;
    const begun = now();
    const result = await deploy(this.status(record));
    if (result.ok) {
      this.#took(record, "deploy", begun, "the sandbox is up to date");
      this.#save(record, { state: "done" });
      return;
    }
    this.#took(record, "deploy", begun, result.reason, false);
    throw new RequestRefusal(`it is merged, but its deployment failed: ${result.reason}`, "failed");
  }

  async #close(record: RequestRecord, why: string): Promise<void> {
    const begun = this.#with.now();
    await closeRequest(this.#with.github, record.id, why);
    this.#took(record, "close", begun, why);
  }

  /** Ends a request that is not merged, and closes its pull request. */
  async #closeAndEnd(record: RequestRecord, state: RequestState, why: string, said = ""): Promise<void> {
    await this.#close(record, why);
    this.#end(record, state, `${why}${said === "" ? "" : `: ${said}`}\nSee ${RUNBOOKS.approval}`);
  }

  #end(record: RequestRecord, state: RequestState, reason: string): void {
    this.#save(record, { state, reason });
  }

  #save(record: RequestRecord, more: Partial<RequestRecord>): void {
    Object.assign(record, more);
    this.#with.store.save(record, this.#with.now());
  }

  #took(record: RequestRecord, name: string, begun: Date, text: string, isRight = true): void {
    const { store, now, taken } = this.#with;
    const outcome = isRight ? "succeeded" : "failed";
    const step = { name, at: now().toISOString(), outcome, text: text.split("\n")[0] ?? "" } as const;
    record.steps.push(step);
    store.save(record, now());
    taken(this.status(record), step, begun);
  }

  #requestOf(record: RequestRecord): Request {
    const read = readRequest(record.action, "request.json", record.body, this.#with.approvers);
    if ("request" in read) return read.request;
    throw new RequestRefusal(formatDiagnostics(read.diagnostics), "refused", read.diagnostics);
  }
}

function headOf({ id, head }: RequestRecord): string {
  if (head === undefined) throw new Error(`request ${id} has no commit, expected that of its pull request`);
  return head;
}
