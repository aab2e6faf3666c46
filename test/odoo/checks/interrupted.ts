import { setTimeout as sleep } from "node:timers/promises";
import { query } from "../../e2e/support/clients.ts";
import { equal, holds, notLookedAt } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { makeDatabase, makeRole, removeDatabases, startInitFor } from "../otherDatabase.ts";
import type { OtherDatabase } from "../otherDatabase.ts";
import type { Walk } from "../walk.ts";

/** Few modules of those that do much when they are new: installations that are cut off are many. */
const MODULES = ["account", "auth_oidc", "contacts", "l10n_ph"];

/** A line of the init pod's log, and the how manieth of its kind. */
interface Place {
  readonly line: string;
  readonly times?: number;
  /** Whether the next run finds the installation finished. Default: it starts from an empty database. */
  readonly isFinished?: boolean;
}

/** Where the pod's processes are killed, in their order. */
function places(modules: readonly string[]): readonly Place[] {
  const module = modules.includes("account") ? "account" : "mail";
  const view = module === "account" ? "account/views/account_move_views.xml" : "mail/views/mail_message_views.xml";
  return [
    { line: "module base: creating" },
    { line: "loading base/views/ir_module_views.xml" },
    { line: "company: " },
    { line: "updating modules list", times: 2 },
    { line: "Loading module web (" },
    { line: `Loading module ${module} (` },
    { line: `loading ${view}` },
    // Of base, of the company's script, of all modules: what is done at the end of a run is still to come.
    { line: "Modules loaded.", times: 3 },
    { line: "password replaced", isFinished: true },
    modules.includes("auth_oidc")
      ? { line: "setting up single sign-on", isFinished: true }
      : { line: "done: revision", isFinished: true },
  ];
}

/** How long a place may take to be reached. */
const PLACE_SECONDS = 900;

/** The tenant that it was done with: installations that are cut off are alike for all. */
let doneWith: string | undefined;

/** An installation that is killed ten times ends like one that nothing happens to. */
export const interrupted: Check = {
  title: "interrupted installation",
  run: async (walk) => {
    if (doneWith !== undefined)
      return [notLookedAt("installations that are cut off", `done with ${doneWith}: it is the same script for all`)];
    doneWith = walk.id;
    const wanted = MODULES.filter((name) => walk.spec.modules.includes(name));
    const findings: Finding[] = [
      holds("done with", wanted.length > 0, `${walk.id}, modules ${wanted.join(",")}`, "some"),
    ];
    const role = `${walk.id}_interrupted`;
    const cut = await makeRole(walk, role);
    const straight = { ...cut, database: `${walk.id}_uninterrupted` };
    try {
      await makeDatabase(walk, cut);
      let before: Place | undefined;
      for (const [index, place] of places(wanted).entries()) {
        const found = await killAt(walk, cut, wanted, `init-cut-${index + 1}`, place);
        findings.push(startedAgain(`killed at "${place.line}"`, found, before));
        before = place;
      }
      const last = await finish(walk, cut, wanted, "init-cut-end");
      findings.push(startedAgain("the last run", last.log, before));
      findings.push(equal("its exit status", last.status, 0));
      await makeDatabase(walk, straight);
      const once = await finish(walk, straight, wanted, "init-straight");
      findings.push(equal("exit status of an installation that nothing happens to", once.status, 0));
      const [expected, found] = [await contents(straight), await contents(cut)];
      for (const [what, rows] of Object.entries(expected)) {
        const other = found[what] ?? [];
        findings.push(
          holds(`${what}: rows`, rows.length > 0, rows.length, "some"),
          equal(`${what}: missing after the kills`, rows.filter((row) => !other.includes(row)).slice(0, 20), []),
          equal(`${what}: more after the kills`, other.filter((row) => !rows.includes(row)).slice(0, 20), []),
        );
      }
      return findings;
    } finally {
      await removeDatabases(walk, role, [straight, cut]);
    }
  },
};

/** Whether a run began again where it should, and only there. */
function startedAgain(what: string, log: string, before: Place | undefined): Finding {
  const how =
    /(starting again from an empty database|empty database: installing|installing nothing|all modules are installed)/.exec(
      log,
    )?.[1];
  const expected =
    before === undefined
      ? "empty database: installing"
      : before.isFinished === true
        ? "all modules are installed"
        : "starting again from an empty database";
  return equal(`${what}, it began with`, how ?? "something else", expected);
}

/** Runs the pod and kills all its processes at a place. @returns its log @throws Error when it ended before */
async function killAt(
  walk: Walk,
  login: OtherDatabase,
  modules: readonly string[],
  name: string,
  { line, times = 1 }: Place,
): Promise<string> {
  const begin = walk.logOf(name, "init").length;
  const container = await startInitFor(walk, login, modules, name);
  const until = Date.now() + PLACE_SECONDS * 1000;
  for (;;) {
    const text = walk.logOf(name, "init").slice(begin);
    if (text.split(line).length > times) break;
    if (!container.isRunning() || Date.now() > until) {
      if (container.isRunning()) process.kill(container.pid, "SIGKILL");
      throw new Error(`"${line}" (${times}) was not reached: ${text.slice(-2000)}`);
    }
    await sleep(20);
  }
  // It is process 1 of its namespace: all others end with it.
  process.kill(container.pid, "SIGKILL");
  await container.ended;
  return walk.logOf(name, "init").slice(begin);
}

/** Runs the pod to its end. */
async function finish(walk: Walk, login: OtherDatabase, modules: readonly string[], name: string) {
  const begin = walk.logOf(name, "init").length;
  const container = await startInitFor(walk, login, modules, name);
  const status = await container.ended;
  return { status, log: walk.logOf(name, "init").slice(begin) };
}

/** What an installation makes, each as lines that can be compared. */
const CONTENTS = {
  relations:
    "SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'i', 'S', 'f')",
  constraints:
    "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
  modules: "SELECT name || ' ' || state || ' ' || coalesce(latest_version, '') FROM ir_module_module",
  "external ids": "SELECT module || ' ' || model || ' ' || count(*) FROM ir_model_data GROUP BY module, model",
  parameters: "SELECT key FROM ir_config_parameter",
  users: "SELECT login || ' ' || active FROM res_users",
  company: "SELECT to_jsonb(c) ->> 'name' || ' ' || coalesce(to_jsonb(c) ->> 'chart_template', '') FROM res_company c",
  accounts: "SELECT (name ->> 'en_US') || ' ' || account_type || ' ' || code_store::text FROM account_account",
  journals: "SELECT code || ' ' || type || ' ' || (name ->> 'en_US') FROM account_journal",
  taxes: "SELECT (name ->> 'en_US') || ' ' || type_tax_use || ' ' || amount FROM account_tax",
};

async function contents(login: OtherDatabase): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [what, statement] of Object.entries(CONTENTS)) {
    const table = /FROM (account_\w+)$/.exec(statement)?.[1];
    const [there] = await query(login, "SELECT to_regclass($1) IS NOT NULL AS yes", [table ?? "pg_class"]);
    if (there?.yes !== true) continue;
    const rows = await query(login, statement);
    all[what] = rows.map((row) => String(Object.values(row)[0])).sort();
  }
  return all;
}
