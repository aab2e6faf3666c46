import assert from "node:assert/strict";
import { operation } from "../../policies/lib/operation.ts";
import { limit, resourcePolicy, RUNBOOK, stackPolicy, strictness, tenantPolicy } from "../../policies/lib/policy.ts";
import type { Resource } from "../../features/look/judge.ts";
import { add, compliantStack } from "./support/fixtures.ts";
import { judge, judgeOne, judgeStack } from "../../features/look/judge.ts";

const NAMED = { name: "some-policy", description: "Something must hold." };
const options = { most: limit(3, "Most of them."), strict: strictness("Whether it is strict.") };

function changed(parent: string, stack = "sandbox"): Resource[] {
  const resources = compliantStack(stack);
  add({ type: "x:y:Thing", name: "thing", parent, props: { size: 5 } })(resources);
  return resources;
}

function thingOf(resources: readonly Resource[]): Resource {
  const found = resources.find(({ name }) => name === "thing");
  assert(found);
  return found;
}

describe("policies of any kind", () => {
  it("tell the engine their names, their page and their options", () => {
    const check = () => undefined;
    for (const policy of [
      resourcePolicy({ ...NAMED, types: "*", options, check }),
      stackPolicy({ ...NAMED, options, check }),
      tenantPolicy({ ...NAMED, types: [], options, check }),
    ]) {
      assert.equal(policy.name, "some-policy");
      assert.equal(policy.description, "Something must hold.");
      assert.equal(policy.enforcementLevel, "mandatory");
      assert.equal(policy.url, `${RUNBOOK}#some-policy`);
      assert.deepEqual(policy.configSchema, {
        properties: {
          most: { type: "integer", minimum: 0, default: 3, description: "Most of them." },
          strict: { type: "boolean", default: true, description: "Whether it is strict." },
        },
      });
    }
    assert(!("configSchema" in stackPolicy({ ...NAMED, check })));
  });

  it("name the resource, the property if there is one, what is wrong, the remedy and the page", () => {
    const policy = resourcePolicy({
      ...NAMED,
      types: ["x:y:Thing"],
      check({ props }, report) {
        report(props.at("size"), "is wrong", "Mend it");
        report("opts", "are wrong", "Mend them");
        report("", "is wrong", "Remove it");
      },
    });
    assert.deepEqual(
      judge(policy, changed("platform")).map(({ message }) => message),
      [
        `thing: size is wrong. Mend it. See ${RUNBOOK}#some-policy`,
        `thing: opts are wrong. Mend them. See ${RUNBOOK}#some-policy`,
        `thing: is wrong. Remove it. See ${RUNBOOK}#some-policy`,
      ],
    );
  });

  it("are relaxed by their configuration in a sandbox alone, and take limits everywhere", () => {
    const seen: unknown[] = [];
    const policy = stackPolicy({
      ...NAMED,
      options,
      check: (_graph, _report, chosen) => void seen.push({ ...chosen }),
    });
    for (const stack of ["sandbox", "prod"]) judgeStack(policy, changed("platform", stack), { most: 7, strict: false });
    judgeStack(policy, changed("platform"));
    judgeStack(policy, [], { strict: false });
    assert.deepEqual(seen, [
      { most: 7, strict: false },
      { most: 7, strict: true },
      { most: 3, strict: true },
      // Of no stack nothing is known: it may be anybody's production.
      { most: 3, strict: true },
    ]);
  });

  it("say of which resource they report, together with all others or by itself", () => {
    const resources = changed("acme-dns");
    const thing = thingOf(resources).urn;
    const expected = {
      urn: thing,
      message: `thing: size is 5. Mend it. See docs/runbooks/policy-violation.md#some-policy`,
    };
    const overStack = stackPolicy({
      ...NAMED,
      check(graph, report) {
        for (const node of graph.ofType("x:y:Thing")) report(node, node.props.at("size"), "is 5", "Mend it");
      },
    });
    assert.deepEqual(judge(overStack, resources), [expected]);
    const ofTenants = tenantPolicy({
      ...NAMED,
      types: ["x:y:Thing"],
      check: (node, report) => report(node, node.props.at("size"), "is 5", "Mend it"),
    });
    assert.deepEqual(judge(ofTenants, resources), [expected]);
    assert.deepEqual(judgeStack(ofTenants, changed("acme-dns", "prod")).length, 1, "a stack that was not shown before");
  });

  it("are relaxed in previews where an option says so, and in updates not", () => {
    const seen: unknown[] = [];
    const policy = stackPolicy({
      ...NAMED,
      options: { strict: options.strict, early: { ...options.strict, inPreviews: true } },
      check: (_graph, _report, chosen) => void seen.push({ ...chosen }),
    });
    const real = operation.isPreview;
    try {
      for (const isPreview of [true, false]) {
        operation.isPreview = isPreview;
        judgeStack(policy, changed("platform", "prod"), { strict: false, early: false });
      }
    } finally {
      operation.isPreview = real;
    }
    assert.deepEqual(seen, [
      { strict: true, early: false },
      { strict: true, early: true },
    ]);
  });

  it("judge a resource once: before it is made, or with all others when its parent had not been shown", () => {
    const judged: [string, string | undefined][] = [];
    const policy = tenantPolicy({
      ...NAMED,
      types: (type) => type === "x:y:Thing",
      check: ({ name, tenant }) => void judged.push([name, tenant]),
    });
    const inTenant = changed("acme-dns");
    for (const resource of inTenant) judgeOne(policy, resource);
    assert.deepEqual(judged, [["thing", "acme"]]);
    judgeStack(policy, inTenant);
    assert.equal(judged.length, 1, "what was judged is not judged again");

    // The next update shows it below something that was not shown.
    judgeOne(policy, { ...thingOf(inTenant), parent: "urn:never-shown" });
    assert.equal(judged.length, 1);
    judgeStack(policy, inTenant);
    assert.deepEqual(judged.slice(1), [["thing", "acme"]]);
  });
});
