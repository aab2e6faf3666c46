import assert from "node:assert/strict";
import { changesOf, draftOf, fileOf, problemsAt } from "../../web/lib/tenantDraft.ts";

const FILE = {
  displayName: "TBWA Finance",
  owner: { team: "finance-ops", email: "finance-ops@tbwa.example" },
  plan: "standard",
  bundles: ["finance-ppm"],
  modules: { add: ["l10n_ph"] },
  environments: { staging: { plan: "small" }, prod: { egress: ["api.example"] } },
  backup: { schedule: "0 2 * * *", keep: { daily: 7 } },
};
const KEYS = ["displayName", "plan", "modules", "environments", "backup", "credentials"];
const draft = draftOf("tbwa-finance", FILE, ["staging", "prod"]);

describe("a tenant's form", () => {
  it("makes of a file the same file", () => {
    assert.deepEqual(fileOf(draft, FILE), FILE);
    assert.deepEqual(changesOf(draft, draft, FILE, KEYS), {});
  });

  it("sends the keys that changed, with what the form does not know", () => {
    const prod = { isOn: true, plan: "large", domains: "erp.tbwa.example\n\nbooks.tbwa.example" };
    const after = { ...draft, plan: "small", environments: { ...draft.environments, prod } };
    assert.deepEqual(changesOf(draft, after, FILE, KEYS), {
      plan: "small",
      environments: {
        staging: { plan: "small" },
        prod: { egress: ["api.example"], plan: "large", domains: ["erp.tbwa.example", "books.tbwa.example"] },
      },
    });
  });

  it("sends null for a key that goes", () => {
    assert.deepEqual(changesOf(draft, { ...draft, addModules: [] }, FILE, KEYS), { modules: null });
  });

  it("increases the generation of a password", () => {
    const base = { ...FILE, credentials: { realm: 2 } };
    assert.deepEqual(changesOf(draft, { ...draft, rotate: ["realm", "database"] }, base, KEYS), {
      credentials: { realm: 3, database: 2 },
    });
  });

  it("leaves a number that is none for the check to refuse", () => {
    assert.deepEqual(changesOf(draft, { ...draft, daily: "some", weekly: "4" }, FILE, KEYS), {
      backup: { schedule: "0 2 * * *", keep: { daily: "some", weekly: 4 } },
    });
  });

  it("finds the problems of a field and of what is inside of it", () => {
    const at = (path: string) => ({ file: "f", line: 1, column: 1, path, message: path });
    const all = ["plan", "planned", "environments.prod.domains[0]", "environments.prod"].map(at);
    assert.deepEqual(
      problemsAt(all, ["plan", "environments.prod.domains"]).map(({ path }) => path),
      ["plan", "environments.prod.domains[0]"],
    );
  });
});
