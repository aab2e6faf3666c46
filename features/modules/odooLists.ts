import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { loadImage } from "../../config/imageFile.ts";
import { formatPath, issueProblems } from "../../config/schemas/common.ts";
import { ODOO_LISTS_FILE, odooListsSchema } from "../../config/schemas/odooLists.ts";
import type { OdooLists } from "../../config/schemas/odooLists.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { git } from "../../lib/git.ts";
import { run } from "../../lib/process.ts";

/** Odoo's lists cannot be read. */
class ListsError extends UserError {
  override readonly name = "ListsError";
}

/** Where Odoo's lists are read. */
export interface ListSources {
  /** Folder of a checkout of Odoo 18.0. */
  readonly checkout: string;
  /** Program of the Python whose pytz has the time zones. */
  readonly python: string;
}

/**
 * Writes the file of Odoo's lists, or only compares it.
 *
 * @returns whether it is current
 * @throws ListsError if the lists cannot be read, or Python has another pytz than the image
 */
export async function writeOdooLists(
  root: string,
  { checkout, python }: ListSources,
  check: boolean,
): Promise<boolean> {
  const lists = await readLists(checkout, python, loadImage(root).provided["pytz"] ?? "");
  const files = new Map([[ODOO_LISTS_FILE, `${JSON.stringify(lists, null, 1)}\n`]]);
  return writeOrCheck(root, { files, from: "the checkout", command: "npx odoo-saas module odoo-lists" }, check);
}

/**
 * Reads Odoo's lists in a checkout.
 *
 * @param python program of the Python whose pytz has the time zones
 * @param pytz version that it must have
 * @throws ListsError
 */
async function readLists(checkout: string, python: string, pytz: string): Promise<OdooLists> {
  const script = join(import.meta.dirname, "odooLists/read_odoo.py");
  const { status, stdout, stderr } = await run(python, [script, checkout], {
    startError: (reason) => new ListsError(`${python} could not be started (${reason}), expected Python 3.8 or later`),
  });
  const why = stderr.trim().split("\n").at(-1) ?? "";
  if (status !== 0)
    throw new ListsError(
      `${checkout}: cannot be read (${why}), expected a checkout of Odoo 18.0 and a Python with pytz ${pytz}`,
    );
  const parsed = odooListsSchema.safeParse(JSON.parse(stdout));
  if (!parsed.success) {
    const problems = issueProblems(parsed.error.issues).map(({ path, message }) => `${formatPath(path)}: ${message}`);
    throw new ListsError(`${checkout}: is not as expected\n  ${problems.join("\n  ")}`);
  }
  const found = parsed.data.timeZones.pytz;
  if (found !== pytz) {
    throw new ListsError(
      `${python} has pytz ${found}, expected ${pytz}, the image's (python3 -m pip install pytz==${pytz})`,
    );
  }
  // A release's archive has no history.
  if (!existsSync(join(checkout, ".git"))) return parsed.data;
  const { series, ...rest } = parsed.data;
  return { series, commit: git(checkout, ["rev-parse", "HEAD"]).toString().trim(), ...rest };
}
