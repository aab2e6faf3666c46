import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { SandboxError } from "../instance.ts";

/** A source checkout of Odoo Community and the Python that has what it needs. */
export interface OdooCheckout {
  readonly kind: "checkout";
  /** Folder that holds odoo-bin. */
  readonly checkout: string;
  /** Python interpreter, with Odoo's requirements and image/requirements.txt installed. */
  readonly python: string;
  /** Folders with further modules, as /mnt/extra-addons in the image. */
  readonly addons: readonly string[];
}

/** An image of Odoo, as a folder: what `docker export` writes of a container of it, unpacked. It has its own modules. */
export interface OdooRoot {
  readonly kind: "root";
  /** Folder that is `/` in the image. */
  readonly root: string;
}

/** An Odoo that the user brings. */
export type OwnOdoo = OdooCheckout | OdooRoot;

/** Variables that hand an {@link OwnOdoo} to the sandbox's programs. */
const VARIABLES = {
  checkout: "ODOO_SANDBOX_ODOO",
  python: "ODOO_SANDBOX_ODOO_PYTHON",
  addons: "ODOO_SANDBOX_ODOO_ADDONS",
  root: "ODOO_SANDBOX_ODOO_ROOT",
} as const;

/** Odoo's series that the platform is made for. */
const SERIES = "18.0";
/** Where Odoo's Debian package, which the official image installs, has Odoo. */
const PACKAGE = "usr/lib/python3/dist-packages/odoo";
const COMMAND = "usr/bin/odoo";

/**
 * Checks what a user names.
 *
 * @throws SandboxError that says what is missing where, and what was expected.
 */
export function openOwnOdoo(odoo: OwnOdoo): OwnOdoo {
  return odoo.kind === "checkout" ? openCheckout(odoo) : openRoot(odoo);
}

function openCheckout(paths: OdooCheckout): OdooCheckout {
  const checkout = resolve(paths.checkout);
  const release = join(checkout, "odoo", "release.py");
  if (!existsSync(join(checkout, "odoo-bin")) || !existsSync(release))
    throw new SandboxError(`${checkout} has no odoo-bin, expected a source checkout of Odoo Community ${SERIES}`);
  requireSeries(checkout, release);
  const python = resolve(paths.python);
  try {
    accessSync(python, constants.X_OK);
  } catch {
    throw new SandboxError(
      `${python} cannot be run, expected the Python 3.12 that has Odoo's requirements and image/requirements.txt installed`,
    );
  }
  const addons = paths.addons.map((folder) => resolve(folder));
  for (const folder of addons)
    if (!existsSync(folder)) throw new SandboxError(`${folder} does not exist, expected a folder of Odoo modules`);
  return { kind: "checkout", checkout, python, addons };
}

function openRoot(odoo: OdooRoot): OdooRoot {
  const root = resolve(odoo.root);
  const release = join(root, PACKAGE, "release.py");
  for (const file of [join(root, COMMAND), release])
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
      throw new SandboxError(
        `${file} is not there, expected ${root} to be the unpacked file system of an image of Odoo Community ${SERIES}`,
      );
  requireSeries(root, release);
  return { kind: "root", root };
}

/** @throws SandboxError that names another series */
function requireSeries(folder: string, release: string): void {
  const version = /^version_info = \((\d+), (\d+)/m.exec(readFileSync(release, "utf8"));
  const series = `${version?.[1] ?? "?"}.${version?.[2] ?? "?"}`;
  if (series !== SERIES) throw new SandboxError(`${folder} is Odoo ${series}, expected ${SERIES}`);
}

/** The variables that hand an Odoo to the sandbox's programs. */
export function ownOdooVariables(odoo: OwnOdoo): Record<string, string> {
  if (odoo.kind === "root") return { [VARIABLES.root]: odoo.root };
  return {
    [VARIABLES.checkout]: odoo.checkout,
    [VARIABLES.python]: odoo.python,
    [VARIABLES.addons]: odoo.addons.join(":"),
  };
}

/** Those of the variables that are set. */
export function ownOdooEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.values(VARIABLES).flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** The Odoo that the variables name; undefined when none does. @throws SandboxError when it cannot be used, or both forms are named */
export function ownOdooOf(env: NodeJS.ProcessEnv): OwnOdoo | undefined {
  const [checkout = "", root = ""] = [env[VARIABLES.checkout], env[VARIABLES.root]];
  if (checkout !== "" && root !== "")
    throw new SandboxError(`${VARIABLES.checkout} and ${VARIABLES.root} are both set, expected one of them`);
  if (root !== "") return openOwnOdoo({ kind: "root", root });
  if (checkout === "") return undefined;
  return openOwnOdoo({
    kind: "checkout",
    checkout,
    python: env[VARIABLES.python] ?? "",
    addons: (env[VARIABLES.addons] ?? "").split(":").filter((folder) => folder !== ""),
  });
}
