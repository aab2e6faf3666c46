import assert from "node:assert/strict";
import { takenInBy } from "../../features/recovery/recover.ts";
import { graphWithConsole } from "../support/consoleStack.ts";

/** The repository is kept by GitHub's own names, and has a way of its own (docs/github.md). */
const OF_THE_REPOSITORY = /^github:/;

describe("what adoption takes in", () => {
  for (const stack of ["prod", "staging"]) {
    it(`is each type that ${stack} with a console makes`, async () => {
      const types = new Set((await graphWithConsole(stack)).map(({ type }) => type));
      assert.ok(types.has("keycloak:index/genericRoleMapper:GenericRoleMapper"));
      assert.ok(types.has("odoosql:index:PrivateDatabase"));
      const forgotten = [...types].filter((type) => !OF_THE_REPOSITORY.test(type) && takenInBy(type) === undefined);
      assert.deepEqual(forgotten, []);
    });
  }

  it("is no type that nothing asks for or sets again", () => {
    for (const type of ["postgresql:index/schema:Schema", "keycloak:index/userFederation:X", "github:index/team:Team"])
      assert.equal(takenInBy(type), undefined, type);
    assert.equal(takenInBy("postgresql:index/role:Role"), "adoption");
    assert.equal(takenInBy("keycloak:index/genericRoleMapper:GenericRoleMapper"), "the next update");
  });
});
