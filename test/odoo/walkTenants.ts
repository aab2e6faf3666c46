import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import { World } from "../e2e/support/world.ts";
import { openOwnOdoo, ownOdooVariables } from "../../sandbox/pods/ownOdoo.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { unpackImage } from "../../sandbox/pods/unpackImage.ts";
import { tenantsOfBundles } from "./bundles.ts";
import type { Check, Finding, Outcome } from "./check.ts";
import { reportPage } from "./report.ts";
import type { Result } from "./report.ts";
import { Walk } from "./walk.ts";

const REPORT = "reports/odoo-check";

/** What a walk does. */
export interface WalkOptions {
  /** An Odoo, or the name of an image that is to be unpacked. */
  readonly odoo: OwnOdoo | string;
  /** Ids; undefined: all. */
  readonly tenants: readonly string[] | undefined;
  /** Whether the tenants are those that cover all bundles. */
  readonly bundles: boolean;
  readonly checks: readonly Check[];
  /** Folder of a sandbox that was kept. */
  readonly kept: string | undefined;
  /** Whether the recording that the stand-in is tested against is written again. */
  readonly records: boolean;
}

/**
 * Walks through tenants with a real Odoo in a sandbox of its own. Prints every finding and writes reports/odoo-check.md and .json.
 *
 * @returns whether everything was as expected
 * @throws UserError if the toolchain cannot be installed
 */
export async function walkTenants(options: WalkOptions): Promise<boolean> {
  await ensureToolchain(["backup"]);
  return typeof options.odoo === "string" ? await runImage(options.odoo, options) : await run(options.odoo, options);
}

/** Unpacks an image into a folder of its own and walks with that. */
async function runImage(image: string, options: WalkOptions): Promise<boolean> {
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

function isKept({ kept }: WalkOptions): boolean {
  return kept !== undefined || process.env.ODOO_E2E_KEEP === "1";
}

async function run(odoo: OwnOdoo, options: WalkOptions): Promise<boolean> {
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
  const result = loadProjectFiles(world.root);
  if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
  const { chosen, made } = tenantsOfBundles(result.projectFiles);
  for (const [id, file] of made) world.write(`tenants/${id}.yaml`, file);
  return [...chosen, ...made.keys()];
}

/** Brings the tenants up, with a real installation of each. @throws Error with the end of what the command printed */
async function bringUp(world: World, tenants: readonly string[] | undefined): Promise<void> {
  for (const file of tenants === undefined ? [] : readdirSync(join(world.root, "tenants")))
    if (!tenants?.includes(file.replace(/\.yaml$/, ""))) world.remove(`tenants/${file}`);
  console.log("Bringing the sandbox up; every tenant's modules are installed for real …");
  const begin = Date.now();
  const up = await world.cli("sandbox start");
  if (up.status !== 0) throw new Error(`sandbox start ended with ${up.status}:\n${up.output.slice(-6000)}`);
  console.log(`sandbox start took ${Math.round((Date.now() - begin) / 1000)} s`);
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
