import assert from "node:assert/strict";
import { parse } from "yaml";
import { withKeys } from "../../features/requests/keyChanges.ts";

const FILE = `# yaml
displayName: "Acme"   # for people
owner: { team: ops, email: ops@acme.example }

# What they use.
bundles:
  - sales # main
  - hr
# Where.
environments:
  staging: {}   # first
  prod:
    domains: [a.example]
    # big one
    plan: large
# end
`;

function after(changes: Readonly<Record<string, unknown>>, text = FILE): string {
  const result = withKeys(text, changes);
  assert.ok("text" in result, JSON.stringify(result));
  return result.text;
}

function problem(changes: Readonly<Record<string, unknown>>, text = FILE): string {
  const result = withKeys(text, changes);
  assert.ok("problem" in result, JSON.stringify(result));
  return result.problem;
}

describe("keys of a tenant's file that a request changes", () => {
  it("are written where they are, with everything else as it was", () => {
    assert.equal(after({ displayName: "Acme 2" }), FILE.replace('"Acme"   #', '"Acme 2" #'));
  });

  it("come where a reader looks for them when they are new, above the next key's comment", () => {
    assert.equal(after({ plan: "large" }), FILE.replace("acme.example }\n", "acme.example }\nplan: large\n"));
    assert.equal(
      after({ backup: { schedule: "0 3 * * *" } }),
      FILE.replace("# end", "backup:\n  schedule: 0 3 * * *\n# end"),
    );
    assert.equal(
      after({ storage: "5Gi" }, "displayName: x\nplan: small"),
      "displayName: x\nplan: small\nstorage: 5Gi\n",
    );
  });

  it("are removed by null, with the comment that is about them", () => {
    assert.equal(after({ bundles: null }), FILE.replace(/\n# What they use\.[^#]*# main\n {2}- hr\n/, ""));
  });

  it("keep the comments of what is nested and stays", () => {
    const environments = { staging: {}, prod: { domains: ["a.example", "b.example"], plan: "small" } };
    const text = after({ environments });
    assert.deepEqual((parse(text) as { environments: unknown }).environments, environments);
    for (const comment of [
      "# yaml",
      "   # for people",
      "# Where.",
      "# first",
      "    # big one\n    plan: small",
      "# end",
    ])
      assert.ok(text.includes(comment), `${comment} in ${text}`);
  });

  it("keep the comment of an entry of a list that stays, and lose that of one that goes", () => {
    assert.match(after({ bundles: ["crm", "sales"] }), /bundles:\n {2}- crm\n {2}- sales # main\n# Where/);
    assert.doesNotMatch(after({ bundles: ["hr", "crm"] }), /# main/);
  });

  it("are quoted where readers of YAML 1.1 take them for something else", () => {
    assert.match(after({ displayName: "yes" }, "displayName: Acme\nplan: small\n"), /^displayName: "yes"\n/);
  });

  it("are changed in a file in flow style too", () => {
    assert.equal(
      after({ plan: "large" }, "{ owner: { team: it }, plan: small } # x\n"),
      "{ owner: { team: it }, plan: large } # x\n",
    );
  });

  it("are refused when they say what the file says already, whatever the order of a mapping's keys", () => {
    assert.match(
      problem({ displayName: "Acme", owner: { email: "ops@acme.example", team: "ops" } }),
      /^already says .* \(displayName, owner\)/,
    );
    assert.match(problem({ storage: null }), /^already says/);
  });

  it("are refused in a file that is not a mapping", () => {
    assert.match(problem({ plan: "small" }, "- plan\n"), /^is not a mapping/);
  });
});
