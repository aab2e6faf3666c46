import { createServer } from "node:http";
import { z } from "zod";
import { GithubError, notFound, page, route } from "../../../sandbox/forge/github/http.ts";
import type { Call, Route } from "../../../sandbox/forge/github/http.ts";
import { now } from "../../../sandbox/forge/github/state.ts";
import type { Repository } from "../../../sandbox/forge/github/state.ts";

/** A run of a workflow. */
export interface Run {
  readonly id: number;
  /** `.github/workflows/<file>`. */
  readonly path: string;
  readonly name: string;
  readonly event: "workflow_dispatch" | "workflow_run" | "push";
  readonly head_sha: string;
  readonly display_title: string;
  readonly created_at: string;
  status: "queued" | "completed";
  conclusion: "success" | "failure" | null;
  log: string;
}

/** What a dispatch is to do. */
export type Inputs = Readonly<Record<string, string>>;

/** GitHub Actions of one repository, without a runner: who uses it runs what is dispatched. */
export class Actions {
  readonly routes: readonly Route[];
  readonly runs: Run[] = [];
  /** Calls of each kind that are answered with 502 before one is done; by the dispatched request's id. */
  readonly faults = new Map<string, number>();
  /** Whether a client sent its token to the host of the logs, which refuses it as GitHub's does. */
  tokensAtLogs = 0;
  readonly #dispatched: (run: Run, inputs: Inputs, repository: Repository) => void;
  readonly #logs = createServer((request, response) => {
    const run = this.runs.find(({ id }) => request.url === `/${id}`);
    if (request.headers.authorization !== undefined) this.tokensAtLogs += 1;
    response.writeHead(request.headers.authorization !== undefined || run === undefined ? 403 : 200, {
      "content-type": "text/plain",
    });
    response.end(run?.log ?? "");
  });
  #logsUrl = "";

  /** @param dispatched told of each run that is to be done, at once */
  constructor(dispatched: (run: Run, inputs: Inputs, repository: Repository) => void) {
    this.#dispatched = dispatched;
    const base = "/repos/:owner/:repo/actions";
    this.routes = [
      route(`POST ${base}/workflows/:file/dispatches`, "actions:write", (call) => this.#dispatch(call)),
      route(`GET ${base}/workflows/:file/runs`, "actions:read", (call) =>
        this.#list(
          call,
          this.runs.filter(({ path }) => path.endsWith(`/${call.param("file")}`)),
        ),
      ),
      route(`GET ${base}/runs`, "actions:read", (call) => this.#list(call, this.runs)),
      route(`GET ${base}/runs/:id/jobs`, "actions:read", (call) => {
        const { id, conclusion, status } = this.#find(call);
        const job = { id, run_id: id, name: "request", status, conclusion };
        return page(call, [job], (jobs) => ({ total_count: 1, jobs }));
      }),
      // The logs are elsewhere, and the token is not for that host.
      route(`GET ${base}/jobs/:id/logs`, "actions:read", (call) => ({
        status: 302,
        headers: { location: `${this.#logsUrl}/${this.#find(call).id}` },
      })),
    ];
  }

  /** Serves the logs. */
  async start(): Promise<void> {
    await new Promise<void>((done) => this.#logs.listen(0, "127.0.0.1", done));
    const address = this.#logs.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    this.#logsUrl = `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#logs.closeAllConnections();
    await new Promise((done) => this.#logs.close(done));
  }

  /** Adds a run. */
  add(id: number, file: string, given: Pick<Run, "event" | "head_sha" | "display_title">): Run {
    const run: Run = {
      ...given,
      id,
      path: `.github/workflows/${file}`,
      name: file,
      created_at: now(),
      status: "queued",
      conclusion: null,
      log: "",
    };
    this.runs.push(run);
    return run;
  }

  async #dispatch(call: Call) {
    const { ref, inputs } = call.body(z.object({ ref: z.string(), inputs: z.record(z.string(), z.string()) }));
    const left = this.faults.get(inputs["id"] ?? "") ?? 0;
    if (left > 0) {
      this.faults.set(inputs["id"] ?? "", left - 1);
      throw new GithubError(502, "Server Error");
    }
    const sha = await call.repository.git.branch(ref);
    if (sha === undefined) throw new GithubError(422, `No ref found for: ${ref}`);
    const display_title = `${inputs["step"] ?? ""} of request ${inputs["id"] ?? ""} (${inputs["key"] ?? ""})`;
    const run = this.add(call.state.newId(), call.param("file"), {
      event: "workflow_dispatch",
      head_sha: sha,
      display_title,
    });
    this.#dispatched(run, inputs, call.repository);
    return { status: 204 };
  }

  #list(call: Call, runs: readonly Run[]) {
    const [sha, event] = [call.query("head_sha"), call.query("event")];
    const found = runs
      .filter((run) => (sha === undefined || run.head_sha === sha) && (event === undefined || run.event === event))
      .map((run) => {
        const html_url = `${call.state.url}/${call.repository.fullName}/actions/runs/${run.id}`;
        return { ...run, log: undefined, html_url };
      })
      .reverse();
    return page(call, found, (workflow_runs) => ({ total_count: found.length, workflow_runs }));
  }

  #find(call: Call): Run {
    const run = this.runs.find(({ id }) => id === Number(call.param("id")));
    if (run === undefined) throw notFound();
    return run;
  }
}
