import type { ModuleTables } from "../moduleIndex.ts";
import type { Evidence } from "../schemas/moduleIndex.ts";
import { quote } from "../schemas/common.ts";
import type { Fault } from "../solver.ts";

/** Where a reader finds what to do about modules. */
export const RUNBOOK = "docs/runbooks/modules.md";

/** How sure an unread module is, in words. */
const UNREAD: Readonly<Record<Evidence, string>> = {
  // Stryker disable next-line StringLiteral: What was read has what it depends on, and is not unread.
  package: "read",
  // Stryker disable next-line StringLiteral: What was read has what it depends on, and is not unread.
  tree: "read",
  branch: "seen on its repository's 18.0 branch",
  listed: "seen in a list of packages",
  vendored: "seen in a third-party copy",
  named: "seen by name in a list of packages",
};

/** A path of modules, each of which depends on the next. */
export function chain(path: readonly string[]): string {
  return path.join(" → ");
}

/** Where else a module was seen that is not known to exist for 18.0: ` (seen as 17.0.1.0.0)`. */
export function seenElsewhere(module: string, { elsewhere }: Pick<ModuleTables, "elsewhere">): string {
  // Stryker disable next-line StringLiteral: For the compiler: a fault's path has a module, one that was seen elsewhere has its version, and a refused licence is there.
  return Object.hasOwn(elsewhere, module) ? ` (seen as ${elsewhere[module] ?? ""})` : "";
}

/** What is wrong with the last module of a fault's path, and what would be right, as the end of a message. */
export function faultMessage(fault: Fault, tables: Pick<ModuleTables, "elsewhere" | "modules">): string {
  const { kind, path } = fault;
  // Stryker disable next-line StringLiteral: For the compiler: a fault's path has a module, one that was seen elsewhere has its version, and a refused licence is there.
  const module = path.at(-1) ?? "";
  if (kind === "cycle")
    return `is in a cycle of dependencies: ${chain(path)}, expected modules that do not need each other`;
  if (kind === "conflict") {
    return `conflicts: ${chain(path)} and ${chain(fault.other)} exclude each other (${fault.reason}), expected at most one of them`;
  }
  const [what, expected] = lastOf(kind, module, tables);
  return path.length === 1
    ? `${what}, expected ${expected}`
    : `needs ${quote(module)}, which ${what}: ${chain(path)}, expected ${expected}`;
}

function lastOf(
  kind: Exclude<Fault["kind"], "cycle" | "conflict">,
  module: string,
  tables: Pick<ModuleTables, "elsewhere" | "modules">,
): [what: string, expected: string] {
  const known = tables.modules.get(module);
  switch (kind) {
    case "missing":
      return [`does not exist for 18.0${seenElsewhere(module, tables)}`, `a module that is (${RUNBOOK})`];
    case "unread":
      return [
        // Stryker disable next-line OptionalChaining,StringLiteral: For the compiler: a module that is not in the index is missing, and not unread.
        `was only ${UNREAD[known?.evidence ?? "named"]}, and its dependencies on 18.0 are not known`,
        `its package to be read: npx odoo-saas module refresh (${RUNBOOK})`,
      ];
    case "uninstallable":
      return ["cannot be installed (its manifest says installable: False)", "another module"];
    case "licence":
      return [
        // Stryker disable next-line StringLiteral: For the compiler: a fault's path has a module, one that was seen elsewhere has its version, and a refused licence is there.
        // Stryker disable next-line OptionalChaining: For the compiler: a module that is not in the index is missing, and has no licence to refuse.
        `has the licence ${quote(known?.licence ?? "")}, which does not allow running it here`,
        "a free licence such as LGPL-3 or AGPL-3",
      ];
  }
}
