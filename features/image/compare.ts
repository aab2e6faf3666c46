import { compareText } from "../../config/diagnostics.ts";
import { INDEX_FILE } from "../../config/moduleIndex.ts";
import type { ImageFile } from "../../config/schemas/image.ts";
import type { ModuleIndex } from "../../config/schemas/moduleIndex.ts";
import { odooVersion } from "../modules/index.ts";
import type { ModuleFacts } from "../modules/index.ts";
import type { ImageContents } from "./contents.ts";
import { normalised } from "./requirements.ts";

/** One thing that a module itself says otherwise than the index. */
export interface Difference {
  readonly module: string;
  readonly what: string;
  /** What the index says, or what must be. */
  readonly expected: string;
  /** What the module says. */
  readonly found: string;
}

/** A line for people: `auth_oidc: version: the index says 18.0.1.1.0, the module says 18.0.1.2.0`. */
export function differenceLine({ module, what, expected, found }: Difference): string {
  return `${module}: ${what}: ${INDEX_FILE} says ${expected}, the module says ${found}`;
}

/**
 * Compares what is installed with what the index says of it, and sees to it that all that the modules need is there.
 *
 * @param facts read of the installed modules
 * @param installed normalised names of the installed Python packages
 */
export function compareModules(
  facts: readonly ModuleFacts[],
  installed: ReadonlySet<string>,
  { modules: wanted }: ImageContents,
  index: ModuleIndex,
  image: ImageFile,
): readonly Difference[] {
  const found: Difference[] = [];
  const there = new Map(facts.map((each) => [each.name, each]));
  for (const [module, version] of wanted) {
    if (!there.has(module))
      found.push({ module, what: "installed", expected: version, found: "nothing: it is not there" });
  }
  for (const each of facts) {
    const differ = (what: string, expected: string, is: string): void => {
      if (expected !== is) found.push({ module: each.name, what, expected, found: is });
    };
    const known = index.modules[each.name];
    if (known === undefined || !wanted.has(each.name)) {
      differ("installed", "nothing: no bundle needs it", odooVersion(each.version));
      continue;
    }
    differ("version", known.version, odooVersion(each.version));
    differ("installable", String(known.installable ?? true), String(each.installable));
    differ("depends", listed(known.depends ?? []), listed(each.depends.filter((name) => name !== "base")));
    differ("python", listed(known.python ?? []), listed(each.python));
    differ("bin", listed(known.bin ?? []), listed(each.bin));
    if (known.licence !== undefined) differ("licence", known.licence, each.licence);
    for (const name of each.depends.filter((other) => other !== "base" && !there.has(other))) {
      differ(
        "depends",
        `${name} is Odoo Community's`,
        index.modules[name]?.origin === "ce" ? `${name} is Odoo Community's` : `${name}, which is not there`,
      );
    }
    for (const need of each.python.filter((text) => appliesTo(text, image.base.python))) {
      const name = normalised(/^[\w.-]+/.exec(need)?.[0] ?? need);
      const has = installed.has(name) || name in image.provided || name in image.unneeded;
      differ("python", `${name} is installed`, has ? `${name} is installed` : `${need}, which is not there`);
    }
    for (const program of each.bin) {
      differ(
        "bin",
        `${program} is installed`,
        program in image.programs ? `${program} is installed` : `${program}, which is not there`,
      );
    }
  }
  return found.sort((a, b) => compareText(differenceLine(a), differenceLine(b)));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...names].sort(compareText).join(", ");
}

/** Whether a requirement is for this Python, when its marker is a plain comparison, as those in manifests are. */
function appliesTo(requirement: string, python: string): boolean {
  const [, operator = "", version = ""] = /;\s*python_version\s*(<|>=)\s*'([\d.]+)'\s*$/.exec(requirement) ?? [];
  if (operator === "") return true;
  const minor = (text: string): number => Number(text.split(".")[1]);
  return operator === "<" ? minor(python) < minor(version) : minor(python) >= minor(version);
}
