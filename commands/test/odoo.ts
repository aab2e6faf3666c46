import { join } from "node:path";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { openOwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import type { OwnOdoo } from "../../sandbox/pods/ownOdoo.ts";
import type { Check } from "../../test/odoo/check.ts";
import { CHECKS } from "../../test/odoo/checks/index.ts";
import { walkTenants } from "../../test/odoo/walkTenants.ts";
import { command, finish, UsageError } from "../command.ts";

/** The platform's own modules, which the image has too. */
const OWN_MODULES = join(PROJECT_ROOT, "addons");
const TITLES = CHECKS.map(({ title }) => title).join(", ");

export default command("test odoo", "Walk through every tenant with a real Odoo", "--image odoo:18 --bundles")
  .description(
    "Walks through every tenant with a real Odoo in a sandbox of its own. The init Jobs install modules for real. The chart's web and cron pods " +
      "run as processes, with their own scripts, configuration and mounts. Prints each check with its expected and actual result, and writes " +
      "reports/odoo-check.md and .json. Choose the Odoo with --odoo, --root or --image. Needs bubblewrap, a PostgreSQL client, free ports 8067 to " +
      "8072, and for --odoo also wkhtmltopdf.",
  )
  .addOption(
    new Option("--odoo <checkout>", "source checkout of Odoo Community 18.0; needs --python").conflicts([
      "root",
      "image",
    ]),
  )
  .option("--python <python>", "Python 3.12 with Odoo's requirements and image/requirements.txt")
  .option(
    "--addons <folder>",
    "with --odoo: folder of further modules, as in the image's /mnt/extra-addons; repeatable",
    collect,
  )
  .addOption(
    new Option(
      "--root <folder>",
      "an image's unpacked file system (docker export), which contains all modules",
    ).conflicts("image"),
  )
  .option("--image <name>", "the same from an image's name or digest, through docker or podman")
  .addOption(new Option("--tenants <ids>", "tenants, separated by commas (default: all)").conflicts("bundles"))
  .option("--bundles", "one tenant per bundle, created where no active tenant has the bundle")
  .option("--only <titles>", `checks, separated by commas: ${TITLES} (default: all)`, readChecks)
  .option("--record", "with stand-in: write a recording for the sandbox's stand-in instead of comparing with it")
  .option("--in <folder>", "use and keep the sandbox that an earlier run kept there (ODOO_E2E_KEEP=1)")
  .action(async (options) => {
    const done = await walkTenants({
      odoo: chooseOdoo(options),
      tenants: options.tenants?.split(","),
      bundles: options.bundles === true,
      checks: options.only ?? CHECKS,
      kept: options.in,
      records: options.record === true,
    });
    finish(done);
  });

function collect(folder: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, folder];
}

function readChecks(text: string): readonly Check[] {
  const titles = text.split(",");
  const unknown = titles.filter((title) => !CHECKS.some((check) => check.title === title));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Unknown ${unknown.join(", ")}, expected some of ${TITLES}.`);
  }
  return CHECKS.filter(({ title }) => titles.includes(title));
}

/** The Odoo that is named. @throws UsageError if none is, or if it cannot be used */
function chooseOdoo(named: {
  readonly odoo?: string | undefined;
  readonly python?: string | undefined;
  readonly addons?: readonly string[] | undefined;
  readonly root?: string | undefined;
  readonly image?: string | undefined;
}): OwnOdoo | string {
  const { odoo: checkout, python, addons, root, image } = named;
  if (checkout !== undefined) {
    if (python === undefined) throw new UsageError("--odoo needs --python");
    return open({ kind: "checkout", checkout, python, addons: [...(addons ?? []), OWN_MODULES] });
  }
  if (python !== undefined || addons !== undefined) {
    throw new UsageError("--python and --addons are only valid with --odoo: an image has its own");
  }
  if (root !== undefined) return open({ kind: "root", root });
  if (image !== undefined) return image;
  throw new UsageError("expected one of --odoo, --root and --image");
}

/** @throws UsageError if it is not an Odoo */
function open(place: Parameters<typeof openOwnOdoo>[0]): OwnOdoo {
  try {
    return openOwnOdoo(place);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
