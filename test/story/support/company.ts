import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { stringify } from "yaml";
import { z } from "zod";
import { databaseServer } from "../../../sandbox/services/databases.ts";
import { superuserConnection } from "../../../sandbox/services/postgres.ts";
import { startGithub } from "../../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../../sandbox/forge/github/server.ts";
import type { Repository } from "../../../sandbox/forge/github/state.ts";
import { EVERYTHING } from "../../../sandbox/forge/github/tokens.ts";
import type { Finished } from "../../e2e/support/world.ts";
import { Stage } from "./stage.ts";

const checkout = join(import.meta.dirname, "../../..");
const TOKEN = "robot-token";

/** A tenant's file. @param prod its environment `prod`, as YAML */
export function tenantText(name: string, prod: string): string {
  return `displayName: ${name}
owner: { team: test-team, email: test@example.com }
plan: small
company: { country: PH }
bundles: [crm-sales]
environments:
  staging: {}
  prod: ${prod}
`;
}

/** A company's repository on a GitHub of the test's own, with servers for staging and prod, and a runner's checkout of it. */
export class Company {
  readonly folder: string;
  readonly github: GithubServer;
  readonly repository: Repository;
  readonly stages: Readonly<Record<"staging" | "prod", Stage>>;
  /** Everything that any job printed: searched for secrets at the end. */
  readonly printed: string[] = [];
  #signingKey = "";

  private constructor(
    folder: string,
    github: GithubServer,
    repository: Repository,
    stages: Readonly<Record<"staging" | "prod", Stage>>,
  ) {
    this.folder = folder;
    this.github = github;
    this.repository = repository;
    this.stages = stages;
  }

  /** The runner's checkout. */
  get root(): string {
    return join(this.folder, "checkout");
  }

  /**
   * @param tenants texts of the tenants' files that main begins with, by id
   * @param release of both stacks
   */
  static async found(tenants: Readonly<Record<string, string>>, release: string): Promise<Company> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-delivery-"));
    chmodSync(folder, 0o711);
    const [staging, prod] = await Promise.all([
      Stage.start("staging", join(folder, "staging")),
      Stage.start("prod", join(folder, "prod")),
    ]);
    const github = await startGithub();
    github.state.addToken(TOKEN, "robot", EVERYTHING);
    const repository = await github.state.addRepository("acme", "platform");
    const company = new Company(folder, github, repository, { staging, prod });
    company.#checkOut(tenants, release);
    return company;
  }

  /**
   * Runs a step of a workflow, as a runner would.
   *
   * @param at whose credentials the job has; default: none
   * @param path group and verb, such as `deploy up`
   */
  async step(at: "staging" | "prod" | undefined, path: string, ...args: string[]): Promise<Finished> {
    const env = {
      ...(at === undefined ? process.env : this.stages[at].env),
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: this.github.url,
      GITHUB_REPOSITORY: "acme/platform",
      GITHUB_TOKEN: TOKEN,
      ATTESTATION_KEY: this.#signingKey,
    };
    const child = spawn(process.execPath, ["odoo-saas.mjs", ...path.split(" "), ...args], {
      cwd: this.root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
    const status = await new Promise<number | null>((done, fail) => {
      child.once("error", fail);
      child.once("close", done);
    });
    const [stdout, stderr] = [out.join(""), err.join("")];
    this.printed.push(stdout, stderr);
    return { status, stdout, stderr, output: `${stdout}\n${stderr}` };
  }

  /** The same, and expects success. */
  async ok(at: "staging" | "prod" | undefined, path: string, ...args: string[]): Promise<Finished> {
    const finished = await this.step(at, path, ...args);
    assert.equal(finished.status, 0, `${path} ${args.join(" ")}:\n${finished.output}`);
    return finished;
  }

  /** The same, and expects a refusal that names a section of the runbook and shows no stack trace. */
  async refused(section: string, at: "staging" | "prod" | undefined, path: string, ...args: string[]): Promise<string> {
    const { status, output } = await this.step(at, path, ...args);
    assert.equal(status, 1, output);
    assert.match(output, new RegExp(`docs/runbooks/delivery\\.md#${section}\\b`));
    assert.doesNotMatch(output, /^\s+at .+:\d+:\d+\)?$/m);
    return output;
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: this.root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  }

  /** Checks main out as it is on GitHub. */
  main(): void {
    this.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*");
    this.git("checkout", "--quiet", "--force", "--detach", "origin/main");
  }

  /** A branch from main with files of it changed, pushed, checked out, and proposed. Returns the pull request's number. */
  async propose(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
    this.main();
    this.git("checkout", "--quiet", "-B", branch);
    this.amend(branch, files);
    const { number } = z
      .object({ number: z.number() })
      .parse(await this.api("POST", "pulls", { head: branch, base: "main", title: branch, body: "" }));
    return number;
  }

  /** Another commit on a branch that is checked out. */
  amend(branch: string, files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) this.write(file, text);
    this.git("add", "--all", ...Object.keys(files));
    this.git("commit", "--quiet", "--message", `change on ${branch}`);
    this.git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
  }

  /** A person merges a pull request; main is checked out afterwards. */
  async merge(number: number): Promise<void> {
    await this.api("PUT", `pulls/${number}/merge`, {});
    this.main();
  }

  /** The number of the open pull request whose branch begins so. */
  async pullOf(prefix: string): Promise<number> {
    const pulls = z
      .array(z.object({ number: z.number(), head: z.object({ ref: z.string() }) }))
      .parse(await this.api("GET", "pulls?state=open&per_page=100"));
    return pulls.find(({ head }) => head.ref.startsWith(prefix))?.number ?? assert.fail(`no pull request of ${prefix}`);
  }

  /** A call of GitHub's API below the repository. */
  async api(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.github.url}/repos/acme/platform/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** As a person with the superuser of prod's server. */
  async byHand(sql: string, database = "postgres"): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(
      superuserConnection(databaseServer(this.stages.prod.instance, "tenantsDatabase"), database),
    );
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** What the workflow Deploy does when main has moved, and a person who merges the attestation. */
  async deployStaging(): Promise<void> {
    this.main();
    const deployed = await this.ok("staging", "deploy up", "--stack", "staging");
    assert.match(deployed.stdout, /ok +acme login: by code and PKCE/);
    await this.ok(undefined, "deploy attest", "--stack", "staging", "--smoke", "reports/smoke-staging.json", "--open");
    await this.merge(await this.pullOf("attest/"));
  }

  /** What the workflow Promote proposes, merged by a person. */
  async promote(): Promise<void> {
    await this.ok(undefined, "deploy promote", "--to", "prod", "--open");
    await this.merge(await this.pullOf("promote/"));
    await this.ok(undefined, "deploy promote", "--to", "prod", "--check");
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.stages).map((stage) => stage.stop()));
    await this.github.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #checkOut(tenants: Readonly<Record<string, string>>, release: string): void {
    mkdirSync(this.root);
    const files = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: checkout,
      encoding: "utf8",
    }).stdout;
    for (const file of files.split("\0")) {
      if (
        file === "" ||
        /^(?:test|tenants|archive\/[^/]+\.yaml|releases\/attestations|promotions)\//.test(file) ||
        !existsSync(join(checkout, file))
      )
        continue;
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      cpSync(join(checkout, file), join(this.root, file), { preserveTimestamps: true });
    }
    symlinkSync(join(checkout, "node_modules"), join(this.root, "node_modules"));
    for (const [id, text] of Object.entries(tenants)) this.write(`tenants/${id}.yaml`, text);
    for (const stage of Object.values(this.stages)) {
      const content = { config: stage.settings(release) };
      this.write(`Pulumi.${stage.name}.yaml`, stringify(content, { aliasDuplicateObjects: false, lineWidth: 0 }));
      stage.initialise(this.root);
    }
    const made = spawnSync(process.execPath, ["odoo-saas.mjs", "deploy", "attest", "--new-key", "staging"], {
      cwd: this.root,
      encoding: "utf8",
    });
    assert.equal(made.status, 0, made.stderr);
    this.#signingKey = made.stdout;
    this.git("init", "--quiet", "--initial-branch=main");
    writeFileSync(join(this.root, ".git/info/exclude"), "/node_modules\n/reports\n");
    this.git("remote", "add", "origin", this.repository.git.folder);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "The company begins");
    this.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  }
}
