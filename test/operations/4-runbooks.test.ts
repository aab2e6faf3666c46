import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, parseDocument } from "yaml";
import { z } from "zod";
import { addDays, dayOf } from "../../config/lifecycle.ts";
import { STACK } from "../../sandbox/stack.ts";
import { blocks, OPERATIONS } from "../docs/pages.ts";
import { databaseLogin, query } from "../e2e/support/clients.ts";
import { world } from "../e2e/support/hooks.ts";

const TENANT = "zz-by-the-page";
const FILE = `tenants/${TENANT}.yaml`;
const IDENTITY = {
  GIT_AUTHOR_NAME: "test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "test",
  GIT_COMMITTER_EMAIL: "test@example.com",
};

/** Commands that other tests run, with the same words. */
const ELSEWHERE = new Map<string, readonly [command: string, file: string]>([
  ["npm run preview", ["sandbox preview", "../e2e/04-refusals.test.ts"]],
  ["npm run up", ["sandbox up", "../e2e/03-changes.test.ts"]],
  ["npx odoo-saas deploy promote --to prod --open", ["deploy promote", "../story/delivery.test.ts"]],
  ["npx odoo-saas deploy rollback <tenant> --stack prod", ["deploy rollback", "../story/rollback.test.ts"]],
]);

/** What only a cluster with real pods can do; test/docs/commands.test.ts compares its names with the chart's. */
const CLUSTER = /^kubectl /;

/** The runbooks of operations, typed as they are written. The last of all files: its tenant stays. */
describe("pages of operations, as written", () => {
  // A day more than is asked for: midnight may pass in the middle.
  const hold = addDays(dayOf(new Date()), 31);
  const values: Readonly<Record<string, string>> = {
    "<tenant>": TENANT,
    "<day>": hold,
    "<release>": "18.0-2026.11",
    "<stack>": STACK,
  };
  const fill = (text: string) => text.replace(/<\w+>/g, (word) => values[word] ?? word);
  const seen = new Map<string, string>();
  const done = { run: 0, elsewhere: 0, cluster: 0 };
  after(() =>
    console.log(
      `      runbooks: ${done.run} commands run as written, ${done.elsewhere} run by other tests, ${done.cluster} for a real cluster compared with the chart`,
    ),
  );

  function git(...args: string[]): void {
    const { status, stderr } = spawnSync("git", args, {
      cwd: world().root,
      encoding: "utf8",
      env: { ...process.env, ...IDENTITY },
    });
    assert.equal(status, 0, `git ${args.join(" ")}: ${stderr}`);
  }

  function merge(): void {
    git("add", "--all", "tenants", "archive", "alerts", "docs");
    git("commit", "--quiet", "--allow-empty", "--message", "merged");
    git("push", "--quiet", "--force", "origin", "HEAD:main");
    git("fetch", "--quiet", "origin");
  }

  async function shell(command: string): Promise<{ status: number | null; output: string }> {
    const ofStack = command.startsWith("pulumi ") ? await world().shell() : {};
    return new Promise((resolve, reject) => {
      const env = { ...world().env, ...ofStack, ...IDENTITY, npm_config_loglevel: "silent" };
      const child = spawn("sh", ["-c", command], { cwd: world().root, env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
      }
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, output }));
    });
  }

  /** A page's YAML as a person would take it over: each key replaces the one that is there. */
  function edit(yaml: string): void {
    const whole = blocks("docs/runbooks/add-tenant.md").some(({ lines }) => fill(lines.join("\n")) === yaml);
    const document = parseDocument(whole ? "{}" : world().read(FILE));
    for (const [key, value] of Object.entries(z.looseObject({}).parse(parse(yaml)))) document.set(key, value);
    world().write(FILE, document.toString({ collectionStyle: "block" }));
  }

  async function follow(operation: (typeof OPERATIONS)[number], always: readonly RegExp[] = []): Promise<string> {
    let output = "";
    for (const { kind, lines } of blocks(`docs/runbooks/${operation}.md`)) {
      if (kind === "yaml") {
        edit(fill(lines.join("\n")));
        continue;
      }
      for (const line of lines) {
        // The name of a new database is the reader's.
        const shape = line.replace(/<tenant>_\w+/, "<database>");
        if (CLUSTER.test(line)) done.cluster += 1;
        else if (!always.some((pattern) => pattern.test(line)) && (ELSEWHERE.has(shape) || seen.has(shape)))
          done.elsewhere += 1;
        else {
          const finished = await shell(fill(line));
          assert.equal(finished.status, 0, `${operation}: ${line}\n${finished.output}`);
          output += finished.output;
          done.run += 1;
          if (!/validate|tenant changes/.test(line)) seen.set(shape, operation);
        }
      }
    }
    return output;
  }

  before(() => {
    for (const [command, file] of ELSEWHERE.values()) {
      assert.ok(readFileSync(join(import.meta.dirname, file), "utf8").includes(`"${command}"`), command);
    }
    const origin = join(dirname(world().root), "origin.git");
    git("init", "--quiet");
    git("init", "--quiet", "--bare", origin);
    git("remote", "add", "origin", origin);
    merge();
  });

  it("add: a new tenant, from branch to log-in", async () => {
    const output = await follow("add-tenant", [/^npm run up$/]);
    assert.match(output, new RegExp(`^${TENANT}: absent → active \\(staging\\)$`, "m"));
    assert.match(output, /^\{\s+password: '[^']{12,}',\s+username: '[^']+'\s+\}$/m);
    const tenant = (await world().tenants())[TENANT];
    assert.ok(tenant);
    assert.equal(
      (await query(databaseLogin(tenant), "SELECT count(*)::int AS count FROM res_users"))[0]?.["count"] !== 0,
      true,
    );
    merge();
  });

  it("rotate, pause and resume: the files are accepted, and alerts know", async () => {
    await follow("rotate");
    const paused = await follow("pause");
    assert.match(paused, new RegExp(`^${TENANT}: active → paused`, "m"));
    await shell("npx odoo-saas generate alerts");
    assert.match(
      world().read("alerts/generated/staging/tenants.yaml"),
      new RegExp(`tenant: ${TENANT}\n(?: +\\w+: .*\n)* +lifecycle: paused\n`),
    );
    merge();
    assert.match(await follow("resume"), new RegExp(`^${TENANT}: paused → active`, "m"));
    merge();
  });

  it("upgrade, restore and roll back: what is taken before, and its way back", async () => {
    assert.match(await follow("upgrade"), /restored and equal/);
    await follow("restore");
    const tenant = (await world().tenants())[TENANT];
    assert.ok(tenant);
    const login = databaseLogin(tenant);
    const count = "SELECT count(*)::int AS count FROM res_partner";
    const [restored, own] = [
      await query({ ...login, database: `${TENANT}_restored` }, count),
      await query(login, count),
    ];
    assert.deepEqual(restored, own);
    await follow("roll-back");
    merge();
  });

  it("end: the hold, the last backup and its record", async () => {
    const output = await follow("decommission", [/^npx odoo-saas backup drill/]);
    assert.match(output, new RegExp(`^${TENANT}: active → decommissioning`, "m"));
    assert.match(world().read(`archive/${TENANT}.yaml`), new RegExp(`${TENANT}|lastBackup`));
  });

  it("incident: what is looked at first", async () => {
    assert.match(await follow("incident"), /merged|Add zz-by-the-page/);
  });
});
