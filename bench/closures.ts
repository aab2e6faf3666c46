// node bench/closures.ts <number>: solves the closures of so many tenants, no two of which ask for the same modules.
import { readBundles } from "../config/projectFiles.ts";
import { readModuleTables } from "../config/moduleIndex.ts";
import { bundledModules, conflictsOf, wantedModules } from "../config/modules.ts";
import { solve } from "../config/solver.ts";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";

const count = Number(process.argv[2]);
const { tables } = readModuleTables(PROJECT_ROOT);
if (tables === undefined) throw new Error("modules/index.json cannot be read");
const bundles = new Map([...readBundles(PROJECT_ROOT).values].map(([name, value]) => [name, { ...value, name }]));
const names = [...bundles.keys()].filter((name) => name !== "platform");
/** Modules that tenants of some bundles get when they ask for them. */
const requestable = (chosen: readonly string[]): string[] => {
  const bundled = bundledModules(chosen, bundles);
  const all = chosen.flatMap((name) => Object.keys(bundles.get(name)?.modules ?? {}));
  return [...new Set(all)].filter((module) => !bundled.has(module));
};
const combinations = 2 ** names.length - 1;
let modules = 0;
const wishes = new Set<string>();
for (let index = 0; index < count; index++) {
  // The bits of the tenant's number choose its bundles and what it adds.
  const chosen = names.filter((_, bit) => (((index % combinations) + 1) >> bit) % 2 === 1);
  const add = requestable(chosen).filter((_, bit) => bit < 31 && (Math.floor(index / combinations) >> bit) % 2 === 1);
  const wanted = wantedModules({ bundles: chosen, modules: { add, remove: [] } }, bundles);
  wishes.add([...wanted].join());
  const { order, faults } = solve(wanted, tables.modules, conflictsOf(chosen, bundles));
  if (faults.length > 0) throw new Error(`tenant ${index} cannot be installed`);
  modules += order.length;
}
if (wishes.size < count) throw new Error(`only ${wishes.size} of ${count} tenants differ`);
console.log(JSON.stringify({ tenants: count, modules }));
