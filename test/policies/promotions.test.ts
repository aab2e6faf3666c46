import assert from "node:assert/strict";
import { promotionFile, readPromotion } from "../../policies/lib/promotions.ts";
import { withProject } from "../support/projectFolder.ts";

const COMMIT = "1".repeat(40);
const HASH = "a".repeat(64);
const RIGHT = `attestation: one.json
commit: "${COMMIT}"
program: { charts: "${HASH}" }
settings: { "odoo-saas:cell": "${HASH}" }
tenants: { acme: "${HASH}" }
`;

const promotions: readonly (readonly [what: string, text: string | undefined, expected?: object])[] = [
  [
    "that is right",
    RIGHT,
    {
      attestation: "one.json",
      commit: COMMIT,
      program: { charts: HASH },
      settings: { "odoo-saas:cell": HASH },
      tenants: { acme: HASH },
    },
  ],
  ["that is not there", undefined],
  ["that is no YAML", `${RIGHT}more: [`],
  ["with a key that it does not know", `${RIGHT}colour: red\n`],
  ["without its attestation", RIGHT.replace(/^attestation.*\n/, "")],
  ["without its commit", RIGHT.replace(/commit.*\n/, "")],
  ["without its program", RIGHT.replace(/program.*\n/, "")],
  ["without its settings", RIGHT.replace(/settings.*\n/, "")],
  ["without tenants", RIGHT.replace(/tenants.*\n/, "")],
  ["with a tenant whose hash is no text", RIGHT.replace(`"${HASH}"`, "5")],
];

describe("a promotion", () => {
  for (const [what, text, expected] of promotions) {
    it(`${what} is ${expected === undefined ? "none" : "read"}`, () => {
      const files = { [promotionFile("prod")]: text, [promotionFile("prod-eu")]: RIGHT };
      assert.deepEqual(
        withProject(files, (root) => readPromotion(root, "prod")),
        expected,
      );
    });
  }
});
