import assert from "node:assert/strict";
import { projectFilesWith, VALID_PROJECT } from "../support/projectFolder.ts";
import { tenantsOfBundles } from "./bundles.ts";

const TENANT = VALID_PROJECT["tenants/acme.yaml"] ?? "";
const BUNDLE = VALID_PROJECT["bundles/sales.yaml"] ?? "";

describe("a walk through the bundles", () => {
  it("chooses one active tenant for each, and makes those that nobody has", () => {
    const files = {
      "bundles/one.yaml": BUNDLE,
      "bundles/two.yaml": BUNDLE,
      "tenants/beta.yaml": TENANT,
      "tenants/gamma.yaml": TENANT.replace("[sales]", "[one]") + "lifecycle: paused\n",
      "tenants/walk-1.yaml": TENANT,
    };
    const { chosen, made } = tenantsOfBundles(projectFilesWith(files));
    assert.deepEqual(chosen, ["acme"]);
    assert.deepEqual([...made.keys()], ["walk-2", "walk-3"]);
    const more = Object.fromEntries([...made].map(([id, file]) => [`tenants/${id}.yaml`, file]));
    const all = projectFilesWith({ ...files, ...more });
    assert.deepEqual(
      [...made.keys()].map((id) => all.tenants.get(id)?.bundles),
      [["one"], ["two"]],
    );
    assert.deepEqual(tenantsOfBundles(all), { chosen: ["walk-2", "acme", "walk-3"], made: new Map() });
  });
});
