import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { addCheckRun } from "../../../sandbox/forge/github/routes/checks.ts";
import type { GithubServer } from "../../../sandbox/forge/github/server.ts";
import type { Repository } from "../../../sandbox/forge/github/state.ts";
import type { Actions, Inputs, Run } from "./actions.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** What main is when checks run: no commit of a pull request. */
const MAIN = "0".repeat(40);

/** As many steps at once as the machine has to spare. */
const AT_ONCE = 2;

const workflow = z.object({
  jobs: z.object({
    request: z.object({
      steps: z.array(z.object({ run: z.string().optional(), env: z.record(z.string(), z.string()).optional() })),
    }),
  }),
});

const pull = z.object({ state: z.string(), head: z.string(), merged: z.string().optional() });

/** What the runner does beside the steps of requests. */
export interface RunnerOptions {
  readonly token: string;
  /** Whether the deployment of a tenant's change fails. */
  readonly failsToDeploy: (tenant: string) => boolean;
  /** Whether the check of a tenant's change fails. */
  readonly failsChecks: (tenant: string) => boolean;
}

/**
 * Stands in for GitHub's runners: takes the script of `.github/workflows/request.yml` and runs it on a clone of the
 * repository, and says what the checks and the deployment of what came of it would say.
 */
export class Runner {
  readonly #github: () => GithubServer;
  readonly #actions: () => Actions;
  readonly #options: RunnerOptions;
  readonly #step: { readonly script: string; readonly env: Readonly<Record<string, string>> };
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(github: () => GithubServer, actions: () => Actions, options: RunnerOptions) {
    this.#github = github;
    this.#actions = actions;
    this.#options = options;
    const { jobs } = workflow.parse(parse(readFileSync(join(ROOT, ".github/workflows/request.yml"), "utf8")));
    const step = jobs.request.steps.at(-1);
    if (step?.run === undefined) throw new Error("request.yml has no script");
    this.#step = { script: step.run, env: step.env ?? {} };
  }

  /** Runs a dispatched step when there is room for it. */
  take(run: Run, inputs: Inputs, repository: Repository): void {
    this.#waiting.push(() => this.#run(run, inputs, repository));
    this.#next();
  }

  /** Waits for the steps that run. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const work = this.#waiting.shift();
    if (work === undefined) return;
    this.#running += 1;
    this.#last = Promise.all([
      this.#last,
      work().finally(() => {
        this.#running -= 1;
        this.#next();
      }),
    ]);
  }

  async #run(run: Run, inputs: Inputs, repository: Repository): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-runner-"));
    const clone = join(folder, "clone");
    try {
      await execute("git", ["clone", "--quiet", repository.git.folder, clone], folder, process.env);
      symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
      // Installed already, whatever the clone's clock says.
      utimesSync(join(clone, "package-lock.json"), 0, 0);
      const { status, output } = await execute("bash", ["-eo", "pipefail", "-c", this.#step.script], clone, {
        ...process.env,
        ...this.#env(inputs),
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: this.#github().url,
        GITHUB_REPOSITORY: repository.fullName,
      });
      run.log = logOf(output);
      if (status === 0) this.#follow(output, inputs, repository);
      run.conclusion = status === 0 ? "success" : "failure";
    } catch (error) {
      run.log = logOf(`::error::${error instanceof Error ? error.message : ""}`);
      run.conclusion = "failure";
    } finally {
      run.status = "completed";
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The variables of the step, with the inputs in their places. */
  #env(inputs: Inputs): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#step.env).map(([name, value]) => {
        const [, input] = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value) ?? [];
        return [name, input === undefined ? this.#options.token : (inputs[input] ?? "")];
      }),
    );
  }

  /** What other workflows do after a step: checks of a new pull request, deployment of a merged one. */
  #follow(output: string, inputs: Inputs, repository: Repository): void {
    const line = output.split("\n").find((each) => each.startsWith('{"number"'));
    const { state, head, merged } = pull.parse(JSON.parse(line ?? "{}"));
    const actions = this.#actions();
    const { state: github } = this.#github();
    const tenant = inputs["id"]?.split("--")[1] ?? "";
    // The checks run on main, and have the pull request's commit in their title alone.
    const [file, given]: [string, Pick<Run, "event" | "head_sha" | "display_title">] =
      state === "merged"
        ? ["deploy.yml", { event: "push", head_sha: merged ?? "", display_title: tenant }]
        : ["plan.yml", { event: "workflow_run", head_sha: MAIN, display_title: `Plan of ${head}` }];
    const isThere = actions.runs.some(
      ({ path, head_sha, display_title }) =>
        path.endsWith(file) && head_sha === given.head_sha && display_title === given.display_title,
    );
    if (state === "closed" || isThere) return;
    const run = actions.add(github.newId(), file, given);
    const fails = state === "merged" ? this.#options.failsToDeploy(tenant) : this.#options.failsChecks(tenant);
    run.status = "completed";
    run.conclusion = fails ? "failure" : "success";
    if (state !== "merged")
      addCheckRun({ state: github, repository }, { name: "preview", head_sha: head, conclusion: run.conclusion });
  }
}

/** A log as GitHub keeps it: a time at each line, and errors marked. */
function logOf(output: string): string {
  return output
    .split("\n")
    .map((line) => {
      const text = line.replace(/^::error[^:]*::(.*)$/, (_all, message: string) => `##[error]${unescape(message)}`);
      return `${new Date().toISOString()} ${text}`;
    })
    .join("\n");
}

function unescape(text: string): string {
  return text.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
}

function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`;
      if (error === null) resolve({ status: 0, output });
      else if (command !== "git" && typeof error.code === "number") resolve({ status: error.code, output });
      else reject(new Error(`${command}: ${stderr}`));
    });
  });
}
