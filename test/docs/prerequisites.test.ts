import assert from "node:assert/strict";
import { highest } from "../../sandbox/toolchain/prerequisites.ts";
import { allParts } from "../../sandbox/toolchain/parts.ts";
import { read } from "./pages.ts";

describe("what README asks for", () => {
  it("is the highest Go that any part needs", () => {
    const needs = allParts().flatMap(({ installers }) => installers.flatMap((installer) => installer.needs ?? []));
    const needed = highest(needs.flatMap((need) => (typeof need === "object" ? [need.go] : [])));
    assert.match(read("README.md"), new RegExp(`Go ${needed.replaceAll(".", "\\.")} or later`));
  });
});
