import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { loadImage } from "../../config/imageFile.ts";
import { formatPath, issueProblems } from "../../config/schemas/common.ts";
import { ODOO_LISTS_FILE, odooListsSchema } from "../../config/schemas/odooLists.ts";
import type { OdooLists } from "../../config/schemas/odooLists.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../../commands/command.ts";
import { writeOrCheck } from "../../lib/generatedFiles.ts";
import { git } from "../../lib/git.ts";

const USAGE = `usage: npm run odoo-lists -- --odoo DIR [--python FILE] [--check] [--root DIR]

Writes ${ODOO_LISTS_FILE} from a checkout of Odoo 18.0 and the image's pytz: countries, currencies, languages, time zones, and charts of
accounts with their country and module. Nothing of Odoo is run. With --check it only compares. Exit status: 0 fine, 1 the file
differs or cannot be made, 2 wrong usage.

  --odoo DIR     the checkout
  --python FILE  a Python 3.8 or later with pytz of the version that image/image.yaml has below provided; default: python3
  --root DIR     the folder that holds image/ and modules/; default: this project`;

/** Odoo's lists cannot be read; the message is for people and complete. */
class ListsError extends UserError {
  override readonly name = "ListsError";
}

function main(args: readonly string[]): boolean {
  const { values } = parseCommand(args, {
    odoo: { type: "string" },
    python: { type: "string", default: "python3" },
    check: { type: "boolean", default: false },
    root: { type: "string", default: PROJECT },
  });
  if (values.odoo === undefined) throw new UsageError("--odoo is missing, expected a checkout of Odoo 18.0");
  const lists = readLists(values.odoo, values.python, loadImage(values.root).provided["pytz"] ?? "");
  const files = new Map([[ODOO_LISTS_FILE, `${JSON.stringify(lists, null, 1)}\n`]]);
  const command = "npm run odoo-lists -- --odoo DIR";
  return writeOrCheck(values.root, { files, from: "the checkout", command }, values.check);
}

/**
 * Reads Odoo's lists in a checkout.
 *
 * @param python program of the Python whose pytz has the time zones
 * @param pytz version that it must have
 * @throws ListsError
 */
function readLists(checkout: string, python: string, pytz: string): OdooLists {
  const script = join(import.meta.dirname, "odooLists/read_odoo.py");
  const { error, status, stdout, stderr } = spawnSync(python, [script, checkout], { encoding: "utf8" });
  if (error !== undefined) {
    throw new ListsError(`${python} could not be started (${error.message}), expected Python 3.8 or later`);
  }
  const why = stderr.trim().split("\n").at(-1) ?? "";
  if (status !== 0)
    throw new ListsError(
      `${checkout}: cannot be read (${why}), expected a checkout of Odoo 18.0, and a Python with pytz ${pytz}`,
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

await runCommand(USAGE, main);
