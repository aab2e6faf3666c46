import type { Octokit } from "@octokit/core";
import { z } from "zod";
import { entriesOf, githubClient } from "../../lib/octokit.ts";
import { DeliveryError } from "./deliveryError.ts";

const environment = z.object({
  GITHUB_API_URL: z.url().default("https://api.github.com"),
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_TOKEN: z.string().min(1),
});

const commentsSchema = z.array(z.object({ id: z.number(), body: z.string().nullish() }));
const labelsSchema = z.array(z.object({ name: z.string() }));
const issuesSchema = z.array(
  z.object({
    number: z.number(),
    body: z.string().nullish(),
    html_url: z.string(),
    pull_request: z.unknown().optional(),
  }),
);
const pullsSchema = z.array(z.object({ number: z.number(), html_url: z.string() }));
const headsSchema = z.array(z.object({ number: z.number(), head: z.object({ sha: z.string() }) }));
const madeSchema = z.object({ number: z.number(), html_url: z.string() });

/** A pull request or issue that was opened or found again. */
export interface Opened {
  readonly number: number;
  readonly url: string;
}

/** The few calls of GitHub's API that the workflows make, for one repository. */
export class GitHub {
  readonly #octokit: Octokit;
  readonly #repository: { readonly owner: string; readonly repo: string };

  constructor(url: string, repository: string, token: string) {
    this.#octokit = githubClient(url, token);
    const [owner = "", repo = ""] = repository.split("/");
    this.#repository = { owner, repo };
  }

  /** By the variables that a workflow's runner sets, and GITHUB_TOKEN. @throws DeliveryError that names what is missing */
  static fromEnvironment(variables: NodeJS.ProcessEnv = process.env): GitHub {
    const parsed = environment.safeParse(variables);
    if (!parsed.success) {
      const names = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
      throw new DeliveryError(
        `${names.join(", ")} is missing or wrong, expected the variables of a workflow's runner`,
        "github",
      );
    }
    const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN } = parsed.data;
    return new GitHub(GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN);
  }

  /** Writes the one comment that begins with `marker`: edits it where there is one. */
  async upsertComment(pull: number, marker: string, body: string): Promise<void> {
    const own = await this.#pages(
      (page) =>
        this.#octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          ...this.#repository,
          issue_number: pull,
          ...page,
        }),
      commentsSchema,
      ({ body: text }) => text?.startsWith(marker) === true,
    );
    await this.#asked(() =>
      own === undefined
        ? this.#octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
            ...this.#repository,
            issue_number: pull,
            body,
          })
        : this.#octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
            ...this.#repository,
            comment_id: own.id,
            body,
          }),
    );
  }

  /**
   * The open pull request to a branch whose head is a commit. GitHub is asked, because a branch can have several.
   *
   * @returns undefined: there is none any more, such as after another push
   */
  async pullOf(commit: string, base: string): Promise<number | undefined> {
    const found = await this.#pages(
      (page) =>
        this.#octokit.request("GET /repos/{owner}/{repo}/pulls", { ...this.#repository, base, state: "open", ...page }),
      headsSchema,
      ({ head }) => head.sha === commit,
    );
    return found?.number;
  }

  /** Reports a check of a commit as ended, by the app that the token is of. */
  async reportCheck(name: string, commit: string, passed: boolean, summary: string, url?: string): Promise<void> {
    await this.#asked(() =>
      this.#octokit.request("POST /repos/{owner}/{repo}/check-runs", {
        ...this.#repository,
        name,
        head_sha: commit,
        status: "completed",
        conclusion: passed ? "success" : "failure",
        output: { title: name, summary },
        ...(url === undefined ? {} : { details_url: url }),
      }),
    );
  }

  /** Whether a pull request has a label. */
  async hasLabel(pull: number, label: string): Promise<boolean> {
    const found = await this.#pages(
      (page) =>
        this.#octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", {
          ...this.#repository,
          issue_number: pull,
          ...page,
        }),
      labelsSchema,
      ({ name }) => name === label,
    );
    return found !== undefined;
  }

  /** The open issue with a label whose body begins with `marker`. */
  async findIssue(label: string, marker: string): Promise<Opened | undefined> {
    const found = await this.#pages(
      (page) =>
        this.#octokit.request("GET /repos/{owner}/{repo}/issues", {
          ...this.#repository,
          labels: label,
          state: "open",
          ...page,
        }),
      issuesSchema,
      ({ body, pull_request }) => pull_request === undefined && body?.startsWith(marker) === true,
    );
    return found && { number: found.number, url: found.html_url };
  }

  /** Opens the issue, or rewrites the open one. */
  async upsertIssue(label: string, marker: string, title: string, body: string): Promise<Opened> {
    const own = await this.findIssue(label, marker);
    const answer = await this.#asked(() =>
      own === undefined
        ? this.#octokit.request("POST /repos/{owner}/{repo}/issues", {
            ...this.#repository,
            title,
            body,
            labels: [label],
          })
        : this.#octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
            ...this.#repository,
            issue_number: own.number,
            title,
            body,
          }),
    );
    return openedOf(answer);
  }

  /** Closes an issue, saying why. */
  async closeIssue(number: number, comment: string): Promise<void> {
    const issue = { ...this.#repository, issue_number: number };
    await this.#asked(() =>
      this.#octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...issue, body: comment }),
    );
    await this.#asked(() =>
      this.#octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...issue, state: "closed" }),
    );
  }

  /** Opens a pull request of a branch of this repository, or finds the open one. */
  async openPull(branch: string, base: string, title: string, body: string): Promise<Opened> {
    const { data } = await this.#asked(() =>
      this.#octokit.request("GET /repos/{owner}/{repo}/pulls", {
        ...this.#repository,
        head: `${this.#repository.owner}:${branch}`,
        base,
        state: "open",
      }),
    );
    const [found] = pullsSchema.parse(data);
    if (found !== undefined) return { number: found.number, url: found.html_url };
    return openedOf(
      await this.#asked(() =>
        this.#octokit.request("POST /repos/{owner}/{repo}/pulls", {
          ...this.#repository,
          head: branch,
          base,
          title,
          body,
        }),
      ),
    );
  }

  async #pages<Schema extends z.ZodArray>(
    ask: (page: { page: number; per_page: number }) => Promise<{ data: unknown }>,
    schema: Schema,
    wanted: (entry: z.output<Schema>[number]) => boolean,
  ): Promise<z.output<Schema>[number] | undefined> {
    const entries = await entriesOf(async (page) => schema.parse((await this.#asked(() => ask(page))).data));
    return entries.find(wanted);
  }

  async #asked(ask: () => Promise<{ readonly data: unknown }>): Promise<{ readonly data: unknown }> {
    try {
      return await ask();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new DeliveryError(
        `GitHub refused a call for ${this.#repository.owner}/${this.#repository.repo}: ${message}`,
        "github",
      );
    }
  }
}

function openedOf({ data }: { readonly data: unknown }): Opened {
  const { number, html_url } = madeSchema.parse(data);
  return { number, url: html_url };
}
