import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** An Odoo that the user brings: a source checkout of Odoo Community and the Python that has what it needs. */
export interface OwnOdoo {
  /** Folder that holds odoo-bin. */
  readonly checkout: string;
  /** Python interpreter, with Odoo's requirements and image/requirements.txt installed. */
  readonly python: string;
  /** Folders with further modules, as /mnt/extra-addons in the image. */
  readonly addons: readonly string[];
}

/** Variables that hand an {@link OwnOdoo} to the sandbox's programs. */
const VARIABLES = {
  checkout: "ODOO_SANDBOX_ODOO",
  python: "ODOO_SANDBOX_ODOO_PYTHON",
  addons: "ODOO_SANDBOX_ODOO_ADDONS",
} as const;

/** Odoo's series that the platform is made for. */
const SERIES = "18.0";

/**
 * Checks what a user names.
 *
 * @throws Error that says what is missing where, and what was expected.
 */
export function openOwnOdoo(paths: OwnOdoo): OwnOdoo {
  const checkout = resolve(paths.checkout);
  const release = join(checkout, "odoo", "release.py");
  if (!existsSync(join(checkout, "odoo-bin")) || !existsSync(release))
    throw new Error(`${checkout} has no odoo-bin, expected a source checkout of Odoo Community ${SERIES}`);
  const version = /^version_info = \((\d+), (\d+)/m.exec(readFileSync(release, "utf8"));
  const series = `${version?.[1] ?? "?"}.${version?.[2] ?? "?"}`;
  if (series !== SERIES) throw new Error(`${checkout} is Odoo ${series}, expected ${SERIES}`);
  const python = resolve(paths.python);
  try {
    accessSync(python, constants.X_OK);
  } catch {
    throw new Error(
      `${python} cannot be run, expected the Python 3.12 that has Odoo's requirements and image/requirements.txt installed`,
    );
  }
  const addons = paths.addons.map((folder) => resolve(folder));
  for (const folder of addons)
    if (!existsSync(folder)) throw new Error(`${folder} does not exist, expected a folder of Odoo modules`);
  return { checkout, python, addons };
}

/** The variables that hand an Odoo to the sandbox's programs. */
export function ownOdooVariables({ checkout, python, addons }: OwnOdoo): Record<string, string> {
  return {
    [VARIABLES.checkout]: checkout,
    [VARIABLES.python]: python,
    [VARIABLES.addons]: addons.join(":"),
  };
}

/** Those of the variables that are set. */
export function ownOdooEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.values(VARIABLES).flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** The Odoo that the variables name; undefined when none does. @throws Error when it cannot be used */
export function ownOdooOf(env: NodeJS.ProcessEnv): OwnOdoo | undefined {
  const checkout = env[VARIABLES.checkout];
  if (!checkout) return undefined;
  return openOwnOdoo({
    checkout,
    python: env[VARIABLES.python] ?? "",
    addons: (env[VARIABLES.addons] ?? "").split(":").filter((folder) => folder !== ""),
  });
}
