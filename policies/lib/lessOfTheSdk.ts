import Module, { createRequire } from "node:module";

/**
 * Has `@pulumi/policy` load only what it uses of the Pulumi SDK, which are the classes of assets: the whole SDK takes half a
 * second, in which no preview goes on. Should a version of the library ask for more, it gets the whole SDK after all.
 */
const require = createRequire(import.meta.url);
const path = require.resolve("@pulumi/pulumi");

if (require.cache[path] === undefined) {
  const stand = new Module(path);
  stand.loaded = true;
  stand.exports = new Proxy({}, { get: (_, key): unknown => (key === "asset" ? assets() : Reflect.get(sdk(), key)) });
  require.cache[path] = stand;
}

function assets(): unknown {
  return require("@pulumi/pulumi/asset");
}

function sdk(): object {
  Reflect.deleteProperty(require.cache, path);
  return Object(require(path)) as object;
}
