import assert from "node:assert/strict";
import { firstLines, fitBody, MAX_BODY, nameList, thisRun } from "../../features/delivery/boundedText.ts";
import type { Changes } from "../../features/delivery/changes.ts";
import { MARKER, renderComment } from "../../features/delivery/comment.ts";
import { driftedTenants, renderDrift } from "../../features/delivery/drift.ts";
import type { Plan, Step } from "../../features/delivery/plan.ts";

const TENANTS = Array.from({ length: 1000 }, (_, index) => `tenant-with-a-long-name-${index}`);

function step(tenant: string, changes: Partial<Step> = {}): Step {
  const urn = `urn:pulumi:prod::odoo-saas::odoo:saas:OdooTenant$x:y/z:Database::${tenant}-database`;
  return { urn, tenant, part: "database", effect: "update", losesData: false, properties: ["name"], ...changes };
}

/** A preview of a thousand tenants; `each` says what happens to one. */
function preview(each: (tenant: string, index: number) => readonly Step[], policies: Plan["policies"] = []) {
  const changes: Changes = {
    base: "1".repeat(40),
    head: "2".repeat(40),
    stacks: [
      {
        stack: "prod",
        environment: "prod",
        cell: "main",
        tenants: TENANTS.map((tenant, index) => ({
          tenant,
          kind: "changed" as const,
          keys: [`key${index % 7}`],
          opens: [{ module: `module_${index % 3}`, networks: ["203.0.113.0/24"] }],
        })),
        settings: [],
        program: [],
        cost: { before: { USD: 1 }, after: { USD: 2 } },
      },
    ],
  };
  const plan: Plan = { stack: "prod", ok: true, steps: TENANTS.flatMap(each), policies, errors: [], resources: 1 };
  return { changes, plans: [plan] };
}

const fitted = (of: ReturnType<typeof preview>) => fitBody((limit) => renderComment(of, limit), "elsewhere");

describe("texts for GitHub", () => {
  it("are whole where they fit", () => {
    assert.equal(
      fitBody((limit) => `all of ${limit}`, "elsewhere"),
      "all of Infinity",
    );
    const longest = "x".repeat(MAX_BODY);
    assert.equal(
      fitBody(() => longest, "elsewhere"),
      longest,
    );
  });

  it("are shortened by their lists, then cut, and say where the whole is", () => {
    const body = fitBody((limit) => nameList(TENANTS.concat(TENANTS, TENANTS), limit), "elsewhere");
    assert.match(body, /^tenant-with-a-long-name-0, .*-99 and 2900 more\n\n\*\*Shortened\*\*.* is elsewhere\.\n$/s);
    const cut = fitBody(() => `head\n${"x\n".repeat(MAX_BODY)}`, "elsewhere");
    assert.ok(cut.length <= MAX_BODY);
    assert.match(cut, /^head\nx\n(?:x\n)*\n\*\*Shortened\*\*/);
  });

  it("name what is left out of lists", () => {
    assert.equal(nameList(["a", "b"], 2), "a, b");
    assert.equal(nameList(["a", "b", "c"], 2), "a, b and 1 more");
    assert.deepEqual(
      firstLines(["a", "b", "c"], 1, (count) => `${count} more`),
      ["a", "2 more"],
    );
  });

  it("link the run of the workflow", () => {
    const { GITHUB_RUN_ID: before } = process.env;
    delete process.env["GITHUB_RUN_ID"];
    try {
      assert.equal(thisRun(), "the run");
    } finally {
      if (before !== undefined) process.env["GITHUB_RUN_ID"] = before;
    }
  });
});

describe("the comment of a thousand tenants", () => {
  it("has one row for those to whom the same happens, and names them all if that fits", () => {
    const body = fitted(preview((tenant) => [step(tenant)]));
    assert.ok(body.length <= MAX_BODY, String(body.length));
    assert.equal(body.match(/\| database 1 \|/g)?.length, 1);
  });

  it("begins with the data that would be lost, of however many tenants, and then with open ways out", () => {
    const body = fitted(preview((tenant) => [step(tenant, { effect: "delete", losesData: true })]));
    assert.ok(body.length <= MAX_BODY, String(body.length));
    const order = [MARKER, "[!CAUTION]", "[!WARNING]", "#### `prod`", "**Shortened**"].map((text) =>
      body.indexOf(text),
    );
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.ok(!order.includes(-1));
    assert.match(body, /> - \*\*prod: delete of 1000 \(Database\) of tenant-with-a-long-name-0, .* and \d+ more\*\*/);
    assert.match(body, /> - \*\*prod: tenant-with-a-long-name-0, .*`module_0` to 203\.0\.113\.0\/24\*\*/);
  });

  it("fits when something else happens to each, and a policy says something of each", () => {
    const policies = TENANTS.map((tenant) => ({
      policy: "host-names",
      mandatory: true,
      tenant,
      message: `${tenant}: ${"wrong ".repeat(60)}`,
    }));
    const different = preview(
      (tenant, index) => Array.from({ length: 1 + (index % 97) }, () => step(tenant, { part: `part ${index}` })),
      policies,
    );
    const body = fitted(different);
    assert.ok(body.length <= MAX_BODY, String(body.length));
    assert.match(body, /\| \d+ more rows \| \| \| \| \|/);
    assert.match(body, /refused\*\* by `host-names`[^]*\n- \d+ more\n/);
    const whole = renderComment(different);
    for (const tenant of TENANTS) assert.ok(whole.includes(`| ${tenant} | `), tenant);
  });
});

describe("the issue of a stack where everything differs", () => {
  it("fits, and says how many tenants it leaves out", () => {
    const drift = { stack: "prod", steps: TENANTS.flatMap((tenant) => Array.from({ length: 40 }, () => step(tenant))) };
    const body = fitBody((limit) => renderDrift(drift, limit), "elsewhere");
    assert.ok(body.length <= MAX_BODY, String(body.length));
    assert.match(body, /\n\d+ more tenants\.\n/);
  });

  it("counts what differs of each tenant, without what they share", () => {
    const steps = [step("acme"), step("acme"), step("globex"), step("(shared)")];
    assert.deepEqual(
      [...driftedTenants({ stack: "prod", steps })],
      [
        ["acme", 2],
        ["globex", 1],
      ],
    );
  });
});
