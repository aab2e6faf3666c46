import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommand, runCommand, UsageError } from "../../commands/command.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import { World } from "../e2e/support/world.ts";
import { openOwnOdoo, ownOdooVariables } from "../../sandbox/pods/ownOdoo.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { required } from "../../sandbox/toolchain/require.ts";
import { unpackImage } from "../../sandbox/pods/unpackImage.ts";
import { tenantsOfBundles } from "./bundles.ts";
import type { Check, Finding, Outcome } from "./check.ts";
import { CHECKS } from "./checks/index.ts";
import { reportPage } from "./report.ts";
import type { Result } from "./report.ts";
import { Walk } from "./walk.ts";

const TITLES = CHECKS.map(({ title }) => title);
/** The platform's own modules, which the image has too. */
const OWN_MODULES = join(import.meta.dirname, "../../addons");
const REPORT = "reports/odoo-check";

const USAGE = `usage: npm run odoo-check -- --odoo CHECKOUT --python PYTHON | --root FOLDER | --image NAME [options]

Walks through every tenant with a real Odoo in a sandbox of its own: the init Jobs install for real, and the chart's web and cron
pods run as processes, with their own scripts, configuration and mounts. Prints what was asked, expected and found, and writes
${REPORT}.md and .json. Needs bubblewrap, a PostgreSQL client, ports 8067 to 8072 free, and for a checkout wkhtmltopdf.

  --odoo CHECKOUT    source checkout of Odoo Community 18.0
  --python PYTHON    Python 3.12 with Odoo's requirements and image/requirements.txt
  --addons FOLDER    folder of further modules, as the image has in /mnt/extra-addons; may be repeated
  --root FOLDER      in place of a checkout: an image's file system (docker export, unpacked), which has all modules itself
  --image NAME       the same from an image's name or digest, by docker or podman
  --tenants ID,ID    default: all
  --bundles          one tenant for each bundle, made where no active tenant has it
  --only TITLE,TITLE of ${TITLES.join(", ")}
  --record           with stand-in: write what is seen for the sandbox's stand-in, in place of comparing
  --in FOLDER        go on in the sandbox that an earlier run kept there (ODOO_E2E_KEEP=1), and keep it

Exit status: 0 all as expected, 1 something was not, 2 wrong usage.`;

interface Options {
  /** An Odoo, or the name of an image that is to be unpacked. */
  readonly odoo: OwnOdoo | string;
  readonly tenants: readonly string[] | undefined;
  /** Whether the tenants are those that cover all bundles. */
  readonly bundles: boolean;
  readonly checks: readonly Check[];
  /** Folder of a sandbox that was kept. */
  readonly kept: string | undefined;
  /** Whether what the stand-in is tested against is written anew. */
  readonly records: boolean;
}

/** @throws UsageError */
function options(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseCommand(args, {
    odoo: text,
    python: text,
    addons: { type: "string", multiple: true },
    root: text,
    image: text,
    tenants: text,
    bundles: { type: "boolean", default: false },
    only: text,
    in: text,
    record: { type: "boolean", default: false },
  });
  const { tenants, only } = values;
  if (values.bundles && tenants !== undefined) throw new UsageError("--bundles and --tenants: expected one of them");
  const titles = only?.split(",") ?? TITLES;
  const unknown = titles.filter((title) => !TITLES.includes(title));
  if (unknown.length > 0)
    throw new UsageError(`--only: unknown ${unknown.join(", ")}, expected some of ${TITLES.join(", ")}`);
  return {
    odoo: chosenOdoo(values),
    tenants: tenants?.split(","),
    bundles: values.bundles,
    kept: values.in,
    records: values.record,
    checks: CHECKS.filter(({ title }) => titles.includes(title)),
  };
}

/** The Odoo that is named. @throws UsageError when none is, or several, or when it cannot be used */
function chosenOdoo(named: {
  readonly odoo?: string | undefined;
  readonly python?: string | undefined;
  readonly addons?: readonly string[] | undefined;
  readonly root?: string | undefined;
  readonly image?: string | undefined;
}): OwnOdoo | string {
  const { odoo: checkout, python, addons, root, image } = named;
  if ([checkout, root, image].filter((value) => value !== undefined).length !== 1)
    throw new UsageError("expected one of --odoo, --root and --image");
  if (checkout !== undefined) {
    if (python === undefined) throw new UsageError("--odoo needs --python");
    return opened({ kind: "checkout", checkout, python, addons: [...(addons ?? []), OWN_MODULES] });
  }
  if (python !== undefined || addons !== undefined)
    throw new UsageError("--python and --addons go with --odoo: an image has its own");
  return root === undefined ? (image ?? "") : opened({ kind: "root", root });
}

/** @throws UsageError when it is no Odoo */
function opened(place: Parameters<typeof openOwnOdoo>[0]): OwnOdoo {
  try {
    return openOwnOdoo(place);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Unpacks an image into a folder of its own and walks with that. */
async function runImage(image: string, options: Options): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-image-"));
  try {
    await unpackImage(image, root, { log: (line) => console.log(line) });
    return await run(openOwnOdoo({ kind: "root", root }), options);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    // Pods of a sandbox that is kept may start later.
    if (isKept(options)) console.log(`kept: ${root}, which --root takes`);
    else rmSync(root, { recursive: true, force: true });
  }
}

function isKept({ kept }: Options): boolean {
  return kept !== undefined || process.env.ODOO_E2E_KEEP === "1";
}

async function run(odoo: OwnOdoo, options: Options): Promise<boolean> {
  const { checks, kept, records } = options;
  const variables = ownOdooVariables(odoo);
  const world = kept === undefined ? await World.create(variables) : World.reopen(kept, variables);
  const results: Result[] = [];
  try {
    const tenants = options.bundles ? writeTenantsOfBundles(world) : options.tenants;
    if (kept === undefined) await bringUp(world, tenants);
    for (const [id, own] of Object.entries(await world.tenants())) {
      if (tenants?.includes(id) === false) continue;
      const walk = new Walk(world, odoo, id, own, records);
      for (const check of checks) {
        for (const finding of await findingsOf(check, walk)) {
          console.log(lineOf(id, check, finding));
          results.push({ tenant: id, check: check.title, ...finding });
        }
        writeReport(results);
      }
    }
    const count = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
    const [passed, failed] = [count("passed"), count("failed")];
    console.log(`${passed} passed, ${failed} failed, ${count("not looked at")} not looked at; ${REPORT}.md`);
    return failed === 0 && passed > 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    if (isKept(options)) console.log(`kept: ${world.root} with home ${world.home}`);
    else await world.destroy();
  }
}

/** Written after each check: a walk takes hours, and may be cut off. */
function writeReport(results: readonly Result[]): void {
  mkdirSync("reports", { recursive: true });
  writeFileSync(`${REPORT}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(`${REPORT}.md`, reportPage(results));
}

/** Ids of the tenants that cover all bundles, those made included. @throws Error with what is wrong in the files */
function writeTenantsOfBundles(world: World): string[] {
  const result = loadCatalogue(world.root);
  if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
  const { chosen, made } = tenantsOfBundles(result.catalogue);
  for (const [id, file] of made) world.write(`tenants/${id}.yaml`, file);
  return [...chosen, ...made.keys()];
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

/** Beginnings of lines, of one width. */
const MARKS: Readonly<Record<Outcome, string>> = { passed: "ok    ", failed: "FAILED", "not looked at": "      " };

function lineOf(tenant: string, { title }: Check, { outcome, what, found, expected }: Finding): string {
  const hint = outcome === "failed" ? `, expected ${expected}` : outcome === "passed" ? "" : ", not looked at";
  return `${MARKS[outcome]} ${tenant} ${title}: ${what}: ${found}${hint}`;
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
        outcome: "failed",
      },
    ];
  }
}

await runCommand(USAGE, async (args) => {
  const chosen = options(args);
  await required(ensureToolchain(["backup"]));
  return typeof chosen.odoo === "string" ? await runImage(chosen.odoo, chosen) : await run(chosen.odoo, chosen);
});
