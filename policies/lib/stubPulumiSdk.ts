import Module, { createRequire } from "node:module";

/**
 * Has `@pulumi/policy` load only what it uses of the Pulumi SDK, which are the classes of assets: the whole SDK takes half a
 * second, in which no preview goes on. Should a version of the library ask for more, it gets the whole SDK after all.
 */
const require = createRequire(import.meta.url);
// Stryker disable next-line StringLiteral: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
const path = require.resolve("@pulumi/pulumi");

// Stryker disable next-line ConditionalExpression,EqualityOperator: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
if (require.cache[path] === undefined) {
  const stand = new Module(path);
  // Stryker disable next-line BooleanLiteral: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
  stand.loaded = true;
  // Stryker disable next-line ConditionalExpression,EqualityOperator,StringLiteral: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
  stand.exports = new Proxy({}, { get: (_, key): unknown => (key === "asset" ? assets() : Reflect.get(sdk(), key)) });
  require.cache[path] = stand;
}

// Stryker disable next-line BlockStatement: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
function assets(): unknown {
  return require("@pulumi/pulumi/asset");
}

function sdk(): object {
  // Stryker disable next-line CallExpression: Saves time alone, in the pack's own process, which test/policies/pack.test.ts and performance.integration.test.ts run.
  Reflect.deleteProperty(require.cache, path);
  return Object(require(path)) as object;
}
