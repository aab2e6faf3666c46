import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { asksForHelp } from "../../cli/command.ts";
import { World } from "../e2e/support/world.ts";
import { openOwnOdoo, ownOdooVariables } from "../../sandbox/pods/ownOdoo.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import type { Check, Finding } from "./check.ts";
import { CHECKS } from "./checks/index.ts";
import { reportPage } from "./report.ts";
import type { Result } from "./report.ts";
import { Walk } from "./walk.ts";

const TITLES = CHECKS.map(({ title }) => title);
/** The platform's own modules, which the image has too. */
const OWN_MODULES = join(import.meta.dirname, "../../addons");
const REPORT = "reports/odoo-check";

const USAGE = `usage: npm run odoo-check -- --odoo CHECKOUT --python PYTHON [options]

Walks through every tenant with a real Odoo in a sandbox of its own: the init Jobs install for real, and the chart's web and cron
pods run as processes, with their own scripts, configuration and mounts. Prints what was asked, expected and found, and writes
${REPORT}.md and .json. Needs bubblewrap, wkhtmltopdf, a PostgreSQL client, and ports 8067 to 8072 free.

  --odoo CHECKOUT    source checkout of Odoo Community 18.0
  --python PYTHON    Python 3.12 with Odoo's requirements and image/requirements.txt
  --addons FOLDER    folder of further modules, as the image has in /mnt/extra-addons; may be repeated
  --tenants ID,ID    default: all
  --only TITLE,TITLE of ${TITLES.join(", ")}
  --record           with stand-in: write what is seen for the sandbox's stand-in, in place of comparing
  --in FOLDER        go on in the sandbox that an earlier run kept there (ODOO_E2E_KEEP=1), and keep it

Exit status: 0 all as expected, 1 something was not, 2 wrong usage.`;

interface Options {
  readonly odoo: OwnOdoo;
  readonly tenants: readonly string[] | undefined;
  readonly checks: readonly Check[];
  /** Folder of a sandbox that was kept. */
  readonly kept: string | undefined;
  /** Whether what the stand-in is tested against is written anew. */
  readonly records: boolean;
}

/** @throws Error for a call that is not of the command's form */
function options(args: string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      odoo: text,
      python: text,
      addons: { type: "string", multiple: true },
      tenants: text,
      only: text,
      in: text,
      record: { type: "boolean", default: false },
    },
  });
  const { odoo: checkout, python, addons = [], tenants, only } = values;
  if (checkout === undefined || python === undefined) throw new Error("--odoo and --python are needed");
  const titles = only?.split(",") ?? TITLES;
  const unknown = titles.filter((title) => !TITLES.includes(title));
  if (unknown.length > 0)
    throw new Error(`--only: unknown ${unknown.join(", ")}, expected some of ${TITLES.join(", ")}`);
  return {
    odoo: openOwnOdoo({ checkout, python, addons: [...addons, OWN_MODULES] }),
    tenants: tenants?.split(","),
    kept: values.in,
    records: values.record,
    checks: CHECKS.filter(({ title }) => titles.includes(title)),
  };
}

async function run({ odoo, tenants, checks, kept, records }: Options): Promise<number> {
  const variables = ownOdooVariables(odoo);
  const world = kept === undefined ? await World.create(variables) : World.reopen(kept, variables);
  const results: Result[] = [];
  try {
    if (kept === undefined) await bringUp(world, tenants);
    for (const [id, own] of Object.entries(await world.tenants())) {
      if (tenants?.includes(id) === false) continue;
      const walk = new Walk(world, odoo, id, own, records);
      for (const check of checks) {
        for (const finding of await findingsOf(check, walk)) {
          console.log(lineOf(id, check, finding));
          results.push({ tenant: id, check: check.title, ...finding });
        }
      }
    }
    mkdirSync("reports", { recursive: true });
    writeFileSync(`${REPORT}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
    writeFileSync(`${REPORT}.md`, reportPage(results));
    const failed = results.filter(({ passed }) => !passed).length;
    console.log(`${results.length - failed} passed, ${failed} failed; ${REPORT}.md`);
    return failed === 0 && results.length > 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    if (kept !== undefined || process.env.ODOO_E2E_KEEP === "1")
      console.log(`kept: ${world.root} with home ${world.home}`);
    else await world.destroy();
  }
}

/** Brings the tenants up, with a real installation of each. @throws Error with the end of what the command printed */
async function bringUp(world: World, tenants: readonly string[] | undefined): Promise<void> {
  for (const file of tenants === undefined ? [] : readdirSync(join(world.root, "tenants")))
    if (!tenants?.includes(file.replace(/\.yaml$/, ""))) world.remove(`tenants/${file}`);
  console.log("Bringing the sandbox up; every tenant's modules are installed for real …");
  const begin = Date.now();
  const up = await world.npm("sandbox");
  if (up.status !== 0) throw new Error(`npm run sandbox ended with ${up.status}:\n${up.output.slice(-6000)}`);
  console.log(`npm run sandbox took ${Math.round((Date.now() - begin) / 1000)} s`);
}

function lineOf(tenant: string, { title }: Check, { passed, what, found, expected }: Finding): string {
  return `${passed ? "ok    " : "FAILED"} ${tenant} ${title}: ${what}: ${found}${passed ? "" : `, expected ${expected}`}`;
}

async function findingsOf(check: Check, walk: Walk): Promise<readonly Finding[]> {
  try {
    return await check.run(walk);
  } catch (error) {
    return [
      {
        what: "it ran to its end",
        expected: "yes",
        found: error instanceof Error ? error.message : String(error),
        passed: false,
      },
    ];
  }
}

if (asksForHelp(process.argv.slice(2))) console.log(USAGE);
else {
  let chosen: Options | undefined;
  try {
    chosen = options(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
  process.exitCode = chosen === undefined ? 2 : await run(chosen);
}
