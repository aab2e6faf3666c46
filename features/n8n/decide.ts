import type { Situation, State, Step, StepName } from "./states.ts";

/**
 * What comes next for a request. The whole way is here, so that it can be tested without n8n; the workflows carry it in
 * their node `Decide` as it is below, and can therefore use nothing from outside of this function.
 */
export function decide({ state: before, answer, settings, now }: Situation): Step {
  const state: State = { ...before };
  const { action, asked } = state;
  const owner = settings.repository.split("/")[0] ?? "";
  const api = `${settings.githubApi}/repos/${settings.repository}`;
  const asker = asked.onBehalfOf === undefined ? asked.requester : `${asked.onBehalfOf}, by ${asked.requester}`;
  const what = `**${action} ${asked.tenant}** (request \`${asked.id}\` of ${asker})`;

  type Json = Readonly<Record<string, unknown>>;
  const object = (value: unknown): Json => (typeof value === "object" && value !== null ? { ...value } : {});
  const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
  const word = (value: unknown): string =>
    typeof value === "string" || typeof value === "number" ? String(value) : "";

  const page = (name: string): string => `${settings.pages}/docs/runbooks/${name}.md`;
  const end = (next: "Report" | "Fail", sentence: string, runbook = "", lines: readonly string[] = []): Step => {
    const quoted =
      lines.length === 0 ? "" : `\n\`\`\`\n${lines.join("\n").replaceAll("`", "'").slice(0, 6000)}\n\`\`\``;
    const link = state.pull === undefined ? "" : ` ${state.pull.url}`;
    return {
      next,
      state,
      message: `${sentence}${link}${quoted}${runbook === "" ? "" : `\nRunbook: ${page(runbook)}`}`,
    };
  };
  const fail = (sentence: string, lines: readonly string[] = [], runbook = "request-failed"): Step =>
    end("Fail", `:rotating_light: ${what} failed: ${sentence}`, runbook, lines);
  const wait = (seconds: number): Step => ({ next: "Wait", state, wait: seconds });
  const look = (): Step => {
    // Days are waited for with fewer looks: the longer it takes, the longer a wait.
    const age = (now - state.since) / 10_000;
    return wait(Math.min(Math.max(age, settings.pollSeconds), settings.pollSeconds * 8));
  };
  const goTo = (step: StepName): Step => {
    if (step !== state.step) state.since = now;
    state.step = step;
    state.repeated = 0;
    return call();
  };
  const start = (program: string): Step => {
    state.running = program;
    delete state.run;
    return goTo("Start a run");
  };
  const close = (why: string): Step => {
    state.why = why;
    return start("close");
  };
  const isOverdue = (): boolean => now - state.since > settings.runMinutes * 60_000;

  function call(): Step {
    const { step: next } = state;
    const number = state.pull?.number ?? 0;
    const workflow = `${api}/actions/workflows/${settings.requestWorkflow}`;
    if (next === "Start a run") {
      const inputs = {
        step: state.running,
        id: asked.id,
        key: `${state.key}.${state.running}`,
        request: state.running === action ? state.request : "",
        proof: state.running === action ? state.proof : "",
        deadline: new Date(state.deadline).toISOString(),
        head: state.running === "merge" ? (state.pull?.head ?? "") : "",
        why: state.why ?? "",
      };
      return { next, state, url: `${workflow}/dispatches`, body: { ref: settings.branch, inputs } };
    }
    if (next === "Ask for approval") {
      const until = new Date(state.deadline).toISOString();
      const message = `:raising_hand: ${what} waits for an approving review of ${asked.approver} before ${until}: ${state.pull?.url ?? ""}`;
      return { next, state, message };
    }
    const urls: Partial<Record<StepName, string>> = {
      "Look for the run": `${workflow}/runs?event=workflow_dispatch&per_page=100`,
      "Read its jobs": `${api}/actions/runs/${state.run?.id ?? 0}/jobs`,
      "Read its log": `${api}/actions/jobs/${state.job ?? 0}/logs`,
      "Find the pull request": `${api}/pulls?state=all&head=${owner}:request/${asked.id}`,
      "Read its checks": `${api}/actions/workflows/${settings.checkWorkflow}/runs?event=workflow_run&per_page=100`,
      "Read its reviews": `${api}/pulls/${number}/reviews?per_page=100`,
      "Look for the deployment": `${api}/actions/runs?head_sha=${state.merged ?? ""}&event=push&per_page=100`,
    };
    return { next, state, url: urls[next] ?? api };
  }

  // A wait is over, or this is the beginning: the present step's call.
  if (answer.statusCode === undefined && answer.error === undefined && state.step !== "Ask for approval") return call();
  if (state.step === "Ask for approval") return goTo("Read its reviews");

  const { statusCode = 0 } = answer;
  if (statusCode === 0 || statusCode === 429 || statusCode >= 500) {
    if (state.repeated >= settings.retries) {
      const said = statusCode === 0 ? `is out of reach` : `answers ${statusCode}`;
      return fail(`GitHub ${said} (${state.step}), also after ${state.repeated} repetitions`);
    }
    state.repeated += 1;
    return wait(settings.retrySeconds * 2 ** (state.repeated - 1));
  }
  if (statusCode >= 400) {
    return fail(`GitHub refuses with ${statusCode} (${state.step}): ${word(object(answer.body).message)}`);
  }
  state.repeated = 0;

  switch (state.step) {
    case "Start a run":
      return goTo("Look for the run");

    case "Look for the run": {
      const key = `(${state.key}.${state.running})`;
      const run = list(object(answer.body).workflow_runs).find(({ display_title }) =>
        word(display_title).includes(key),
      );
      if (run?.status !== "completed") {
        return isOverdue()
          ? fail(`the run of ${state.running} has not ended after ${settings.runMinutes} minutes`)
          : look();
      }
      state.run = { id: Number(run.id), url: word(run.html_url) };
      if (run.conclusion !== "success") return goTo("Read its jobs");
      if (state.running !== "close") return goTo("Find the pull request");
      return end(
        "Report",
        `:no_entry_sign: ${what} was not approved: ${state.why ?? ""}. Nothing was changed.`,
        "request-approval",
      );
    }

    case "Read its jobs": {
      const job = list(object(answer.body).jobs).find(({ conclusion }) => conclusion === "failure");
      if (job === undefined) return fail(`the run of ${state.running} failed: ${state.run?.url ?? ""}`);
      state.job = Number(job.id);
      return goTo("Read its log");
    }

    case "Read its log": {
      const lines = word(answer.body)
        .split("\n")
        .flatMap((line) => /##\[error\](.*)/.exec(line)?.[1] ?? [])
        .filter((line) => !line.startsWith("Process completed"));
      const url = state.run?.url ?? "";
      if (state.running === action && lines.some((line) => /request-(refused|approval)\.md|:\d+:\d+: /.test(line))) {
        return end("Report", `:no_entry_sign: ${what} was refused: ${url}`, "request-refused", lines);
      }
      return fail(
        `the run of ${state.running}: ${url}`,
        lines,
        state.running === "merge" ? "request-approval" : undefined,
      );
    }

    case "Find the pull request": {
      const pulls = list(answer.body).sort((a, b) => Number(b.number) - Number(a.number));
      const [pull] = pulls;
      if (pull === undefined) return fail("it has no pull request, although one was opened");
      const head = word(object(pull.head).sha);
      const isOther = state.pull !== undefined && state.pull.head !== head;
      state.pull = { number: Number(pull.number), url: word(pull.html_url), head };
      if (word(pull.merged_at) !== "") {
        state.merged = word(pull.merge_commit_sha);
        return goTo("Look for the deployment");
      }
      if (state.running === "merge") return fail("it is not merged, although the merge reported success");
      if (pull.state !== "open") {
        return end(
          "Report",
          `:no_entry_sign: ${what}: the pull request was closed. Nothing was changed.`,
          "request-approval",
        );
      }
      // Asked for a second time, the first deadline holds.
      const [, deadline = ""] = /before \*\*([\dTZ:.-]+)\*\*/.exec(word(pull.body)) ?? [];
      state.deadline = Math.min(state.deadline, Date.parse(deadline) || Infinity);
      if (isOther) return close("its branch has other commits than the request's own");
      return goTo(state.checked === true ? "Read its reviews" : "Read its checks");
    }

    case "Read its checks": {
      // Newest first. It runs on main, so that GitHub knows the commit only by its title; skipped: the check before it was cut off.
      const run = list(object(answer.body).workflow_runs).find(
        ({ display_title: title, conclusion }) =>
          word(title).endsWith(` ${state.pull?.head ?? "?"}`) && conclusion !== "skipped",
      );
      if (run?.status === "completed" && run.conclusion !== "success") {
        return close(`the check ${word(run.name)} failed (${word(run.html_url)})`);
      }
      if (run?.status === "completed") {
        state.checked = true;
        state.since = now;
        return state.isAsked === true ? goTo("Read its reviews") : ((state.isAsked = true), goTo("Ask for approval"));
      }
      return now > state.deadline ? close("its checks did not end in time") : look();
    }

    case "Read its reviews": {
      const same = (login: unknown): boolean => word(login).toLowerCase() === asked.approver.toLowerCase();
      const review = list(answer.body)
        .filter(({ user, state: said }) => same(object(user).login) && said !== "COMMENTED" && said !== "PENDING")
        .at(-1);
      if (review?.state === "CHANGES_REQUESTED") return close(`${asked.approver} rejected it`);
      if (review?.state === "APPROVED" && review.commit_id === state.pull?.head) return start("merge");
      if (now > state.deadline) {
        return close(
          `${asked.approver} did not approve it before ${new Date(state.deadline).toISOString()}: requests expire without approval`,
        );
      }
      // Somebody may have closed or changed it: it is looked at as a whole again.
      const waiting = look();
      state.step = "Find the pull request";
      return waiting;
    }

    case "Look for the deployment": {
      const file = `/${settings.deployWorkflow}`;
      const run = list(object(answer.body).workflow_runs).find(
        ({ path }) => word(path).split("@")[0]?.endsWith(file) === true,
      );
      if (run?.status !== "completed") {
        return isOverdue()
          ? fail(`its deployment has not ended after ${settings.runMinutes} minutes`, [], "request-failed")
          : look();
      }
      const url = word(run.html_url);
      if (run.conclusion !== "success")
        return fail(`it is merged, but its deployment ended with ${word(run.conclusion)}: ${url}`);
      return end("Report", `:white_check_mark: ${what} is done, approved by ${asked.approver}: ${url}`);
    }

    default:
      return fail(`it came to ${state.step}, which has no answer`);
  }
}
