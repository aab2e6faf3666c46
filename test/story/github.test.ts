import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { githubSchema } from "../../config/schemas/github.ts";
import { ensureToolchain, toolchainEnv } from "../../sandbox/toolchain/ensure.ts";
import { rulesets } from "../../sandbox/forge/github/protection.ts";
import { environments } from "../../sandbox/forge/github/routes/environments.ts";
import { labels } from "../../sandbox/forge/github/routes/labels.ts";
import { vulnerabilityAlerts } from "../../sandbox/forge/github/routes/repositories.ts";
import { teamPermissions } from "../../sandbox/forge/github/routes/teams.ts";
import { variables } from "../../sandbox/forge/github/routes/variables.ts";
import { startGithub } from "../../sandbox/forge/github/server.ts";
import type { GithubServer } from "../../sandbox/forge/github/server.ts";
import type { Repository } from "../../sandbox/forge/github/state.ts";
import { EVERYTHING } from "../../sandbox/forge/github/tokens.ts";
import { POLICY_PACK } from "../../lib/policyPack.ts";

const CHECKOUT = join(import.meta.dirname, "../..");
const OWNER = "acme";
const NAME = "platform";
/** The sandbox's strictness: the server here speaks plain HTTP. */
const POLICIES = [
  "--policy-pack",
  join(CHECKOUT, POLICY_PACK),
  "--policy-pack-config",
  join(CHECKOUT, "policies/sandbox.json"),
];
const TOKEN = "ghp_a-token-that-must-not-be-seen";

/** What index.ts does with the key `github`, against the local server. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/github/provider.js";
import { GitopsRepository } from "${CHECKOUT}/components/gitopsRepository.ts";

const { github, teams } = JSON.parse(process.env.GITHUB_SETTINGS);
const stacks = [{ name: "prod", environment: "prod" }, { name: "staging", environment: "staging" }];
const provider = new Provider("github", {
  owner: github.owner, baseUrl: process.env.GITHUB_SERVER + "/", token: pulumi.secret(process.env.GITHUB_SECRET),
  // github.com wants a second between two changes; the server here is nobody else's.
  writeDelayMs: 1, parallelRequests: true,
});
export const { fullName } = new GitopsRepository("github", { github, teams, stacks, protect: true }, { providers: [provider] });
`;

describe("GitHub as code, by the real provider", function () {
  this.timeout(180_000);
  let github: GithubServer;
  let home: string;
  let env: NodeJS.ProcessEnv;
  let teams: Record<string, number>;
  /** What the settings are now, where they differ from the first ones. */
  let current: Readonly<Record<string, unknown>> = {};
  const printed: string[] = [];
  const started = Date.now();

  before(async () => {
    github = await startGithub();
    github.state.addAccount(OWNER, "Organization");
    github.state.addToken(TOKEN, "keeper", EVERYTHING);
    teams = Object.fromEntries(
      ["finance-ops", "platform"].map((slug) => [slug, github.state.addTeam(OWNER, slug, ["grace"]).id]),
    );
    const toolchain = await ensureToolchain(["test"]);
    home = mkdtempSync(join(tmpdir(), "odoo-saas-github-"));
    mkdirSync(join(home, "state"));
    symlinkSync(join(CHECKOUT, "node_modules"), join(home, "node_modules"));
    writeFileSync(join(home, "package.json"), '{ "type": "module" }');
    writeFileSync(join(home, "index.ts"), PROGRAM);
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(home, "Pulumi.yaml"), JSON.stringify({ name: "github-test", runtime, main: "index.ts" }));
    env = {
      ...toolchainEnv(toolchain),
      PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a-passphrase",
      GITHUB_SERVER: github.url,
      GITHUB_SECRET: TOKEN,
    };
    await pulumi(["stack", "init", "test"]);
  });
  after(async () => {
    await github.close();
    rmSync(home, { recursive: true, force: true });
    console.log(
      `      GitHub: ${github.requests.length} requests of the provider in ${Math.round((Date.now() - started) / 1000)} s`,
    );
  });

  function settings(changes: Readonly<Record<string, unknown>> = current): NodeJS.ProcessEnv {
    const parsed = githubSchema.parse({
      owner: OWNER,
      repository: NAME,
      platformTeam: "platform",
      checksApp: 99,
      reviewers: { prod: { platform: teams["platform"] } },
      variables: { REGION: "eu" },
      ...changes,
    });
    return { GITHUB_SETTINGS: JSON.stringify({ github: parsed, teams: ["finance-ops"] }) };
  }

  async function pulumi(args: string[], changes: NodeJS.ProcessEnv = settings()) {
    return new Promise<{ output: string; failed: boolean }>((resolve) => {
      execFile(
        "pulumi",
        [...args, "--non-interactive"],
        { cwd: home, env: { ...env, ...changes }, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          printed.push(stdout, stderr);
          resolve({ output: stdout + stderr, failed: error !== null });
        },
      );
    });
  }

  /** What an update did, by the words of its summary: created, updated, unchanged, imported. */
  async function up(changes?: NodeJS.ProcessEnv, ...more: string[]): Promise<Record<string, number>> {
    const { output, failed } = await pulumi(["up", "--yes", "--skip-preview", "--stack", "test", ...more], changes);
    assert.equal(failed, false, output);
    const counted = output.slice(output.lastIndexOf("Resources:")).matchAll(/^ +\S? ?(\d+) (\w+)$/gm);
    return Object.fromEntries([...counted].map(([, count, what = ""]): [string, number] => [what, Number(count)]));
  }

  const repository = (): Repository => github.state.repository(OWNER, NAME);
  const ruleset = () => [...rulesets(repository()).values()][0]!;
  const environment = (name: string) => environments(repository()).get(name)!;
  const drift = () => pulumi(["refresh", "--preview-only", "--expect-no-changes", "--diff", "--stack", "test"]);
  const writes = () => github.requests.filter(({ method }) => method !== "GET").length;

  it("adopts a repository that exists as it is, and changes it with the next update", async () => {
    await github.state.addRepository(OWNER, NAME, { description: "made by hand" });
    const adopted = await up(settings({ adopt: true }), ...POLICIES);
    assert.equal(adopted["imported"], 1, JSON.stringify(adopted));
    assert.equal(repository().settings.description, "made by hand");
    assert.equal(repository().settings.has_wiki, true);
    assert.deepEqual(github.unknown, []);

    const changed = await up(settings(), ...POLICIES);
    assert.equal(changed["updated"], 1, JSON.stringify(changed));
    const { has_wiki, allow_merge_commit, allow_squash_merge, delete_branch_on_merge } = repository().settings;
    assert.deepEqual(
      { has_wiki, allow_merge_commit, allow_squash_merge, delete_branch_on_merge },
      { has_wiki: false, allow_merge_commit: false, allow_squash_merge: true, delete_branch_on_merge: true },
    );
    assert.equal(vulnerabilityAlerts(repository()).enabled, true);
  });

  it("has made rules, environments, labels, variables and the owners' rights", () => {
    assert.deepEqual(ruleset().bypass_actors, []);
    assert.deepEqual(
      ruleset()
        .rules.map(({ type }) => type)
        .sort(),
      ["deletion", "non_fast_forward", "pull_request", "required_linear_history", "required_status_checks"],
    );
    const prod = environment("prod");
    assert.deepEqual(prod.reviewers, [{ type: "Team", id: teams["platform"] }]);
    assert.deepEqual([...prod.branches.values()], ["main"]);
    assert.equal(prod.can_admins_bypass, false);
    for (const name of ["review-prod", "review-staging"]) {
      assert.deepEqual(environment(name).reviewers, [{ type: "Team", id: teams["platform"] }]);
    }
    const kinds = ["", "preview-", "review-", "backup-"].flatMap((kind) => [`${kind}prod`, `${kind}staging`]);
    assert.deepEqual([...environments(repository()).keys()].sort(), [...kinds, "checks", "requests"].sort());
    for (const { branches } of environments(repository()).values()) assert.deepEqual([...branches.values()], ["main"]);
    const required = ruleset().rules.find(({ type }) => type === "required_status_checks")?.parameters;
    assert.deepEqual(required?.["required_status_checks"], [
      { context: "preview", integration_id: 99 },
      { context: "test", integration_id: 15_368 },
      { context: "validate", integration_id: 15_368 },
    ]);
    assert.deepEqual([...variables(repository())], [["REGION", "eu"]]);
    assert.ok(labels(repository()).some(({ name }) => name === "drift"));
    assert.deepEqual([...teamPermissions(repository()).values()], ["push", "push"]);
  });

  it("has nothing to change the second time, and writes nothing", async () => {
    const before = writes();
    assert.deepEqual(Object.keys(await up()), ["unchanged"]);
    assert.equal(writes(), before);
    assert.equal((await drift()).failed, false);
  });

  it("makes what a change of the settings asks for", async () => {
    current = { approvals: 2, variables: { REGION: "us" } };
    assert.equal((await up())["updated"], 2);
    const pull = ruleset().rules.find(({ type }) => type === "pull_request");
    assert.equal(pull?.parameters?.["required_approving_review_count"], 2);
    assert.equal(variables(repository()).get("REGION"), "us");
  });

  it("sees what was changed by hand without changing anything, and mends it", async () => {
    const rules = ruleset();
    rulesets(repository()).set(rules.id, { ...rules, enforcement: "disabled" });
    repository().settings.allow_merge_commit = true;
    environment("prod").can_admins_bypass = true;
    variables(repository()).delete("REGION");
    const before = writes();

    const { output, failed } = await drift();
    assert.ok(failed, output);
    for (const seen of [
      /enforcement.*"active" => "disabled"/,
      /allowMergeCommit.*false => true/,
      /canAdminsBypass/,
      /REGION/,
    ]) {
      assert.match(output, seen);
    }
    assert.equal(writes(), before);

    const mended = await up(settings(), "--refresh");
    assert.deepEqual([mended["updated"], mended["created"]], [3, 1], JSON.stringify(mended));
    assert.equal(ruleset().enforcement, "active");
    assert.equal(repository().settings.allow_merge_commit, false);
    assert.equal((await drift()).failed, false);
  });

  it("does not delete the repository when its text is gone", async () => {
    writeFileSync(join(home, "index.ts"), "");
    const { output, failed } = await pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.ok(failed);
    assert.match(output, /protected/);
    assert.equal(repository().settings.archived, false);
    writeFileSync(join(home, "index.ts"), PROGRAM);
  });

  it("asked the server nothing that it does not know, and shows the token nowhere", () => {
    assert.deepEqual(github.unknown, []);
    assert.equal(printed.join("").includes(TOKEN), false);
    const folder = join(home, "state");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.equal(readFileSync(join(file.parentPath, file.name), "utf8").includes(TOKEN), false, file.name);
    }
  });
});
