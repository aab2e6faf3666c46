import assert from "node:assert/strict";
import { mock } from "node:test";
import { Field } from "../../policies/lib/field.ts";
import { RUNBOOK } from "../../policies/lib/policy.ts";
import { GOLDEN_STACKS } from "../support/stackGraph.ts";
import { BREAKS } from "./golden/all.ts";
import { mutants, readPath } from "./golden/breaks.ts";
import { withSamples } from "./golden/samples.ts";
import { engineGraph, packPolicies, type Policy } from "./support/engineGraph.ts";
import type { Resource } from "../../features/look/judge.ts";
import { copyHostFiles } from "./support/hostCheckout.ts";
import { judge, judgeOne, judgeStack } from "../../features/look/judge.ts";
import { releasedCheckout, useCheckout } from "./support/releasedCheckout.ts";

type ReadOnlyPath = readonly [policy: string, path: string, why: string];

/** Properties that policies read without judging them, and why no value of theirs is wrong by itself. */
const READ_ONLY: readonly ReadOnlyPath[] = [
  ["client-security", "clientId", "whether the client is the console's: console-clients judges it"],
  ["console-clients", "id", "what the ids of clients that others name are compared with"],
  ["data-is-protected", "holdUntil", "whether data may go: tenant-lifecycle judges it"],
  ["data-is-protected", "lifecycle", "whether data may go: tenant-lifecycle judges it"],
  ["labels-required", "pods.metadata.namespace", "whose a workload is follows from its component, not from this"],
  ["network-policy-scope", "metadata.namespace", "tells whose rules they are: tenant-boundary judges it"],
  ...["", ".matchExpressions", ".matchLabels"].map((field): ReadOnlyPath => [
    "network-policy-scope",
    `spec.podSelector${field}`,
    "whether these are the Gateway's proxies, which here are in another namespace; networkPolicyScope.test.ts tests it",
  ]),
  ["no-public-privileges", "privileges", "tells a grant from a revocation, which gives nobody anything"],
  ["realm-per-tenant", "id", "what the ids that others name are compared with"],
  [
    "realm-security",
    "resetPasswordAllowed",
    "asked for where there is no mail, as the sandbox's realms; realmSecurity.test.ts tests it",
  ],
  [
    "realm-security",
    "smtpServer.ssl",
    "one of two ways to TLS: without the other, starttls, it is what makes mail safe",
  ],
  ...["containers", "ephemeralContainers", "initContainers"].map((list): ReadOnlyPath => [
    "restricted-pods",
    `pods.spec.${list}[].securityContext.seccompProfile.type`,
    "set here or for the pod, which is",
  ]),
  ["route-scope", "metadata.namespace", "what backends are compared with: tenant-boundary judges it"],
  ["unique-hosts", "clientId", "whether the client is the console's: console-clients judges it"],
];

describe("the pack over the program's graph, broken", () => {
  let policies: Policy[];
  const graphs = new Map<string, Resource[]>();
  const figures = { mutants: 0, refused: 0 };
  const broken = new Map<string, Set<string>>();

  before(async () => {
    policies = await packPolicies();
    for (const stack of GOLDEN_STACKS) graphs.set(stack, withSamples(await engineGraph(stack)));
  });
  useCheckout(() => copyHostFiles(releasedCheckout(graphs.get("prod") ?? [])));
  after(() => {
    console.log(
      `      ${policies.length} policies, ${figures.mutants} broken graphs of ${GOLDEN_STACKS.join(" and ")}: ` +
        `${figures.refused} refused by the policy that guards what was broken`,
    );
  });

  it("has breaks for every policy, and for no other", () => {
    assert.deepEqual(Object.keys(BREAKS).sort(), policies.map(({ name }) => name).sort());
  });

  for (const stack of GOLDEN_STACKS) {
    it(`accepts ${stack} unbroken, with samples of what it lacks`, () => {
      for (const policy of policies) assert.deepEqual(judge(policy, graphs.get(stack) ?? []), [], policy.name);
    });

    for (const [name, all] of Object.entries(BREAKS)) {
      const breaks = all.filter((one) => one.stack === undefined || one.stack === stack);
      if (breaks.length === 0) continue;
      it(`${name} objects to each of its breaks in ${stack}`, () => {
        // In prod on every resource that it can be made on; elsewhere on the first, which keeps the suite short.
        const resources = graphs.get(stack) ?? [];
        const graph = new Set(resources);
        const policy = policies.find((one) => one.name === name);
        assert(policy);
        const made = breaks.flatMap((one) => mutants(one, resources, stack).slice(0, stack === "prod" ? undefined : 1));
        assert(made.length > 0);
        const unseen = made.filter((mutant) => {
          const changed = mutant.resources.filter((resource) => !graph.has(resource));
          // A policy without a say over all together knows nothing of other resources: it says of those what it said before.
          const objections = judge(policy, "validateStack" in policy ? mutant.resources : changed);
          const objects = objections.some(
            ({ message, urn }) =>
              message.endsWith(`${RUNBOOK}#${name}`) && (mutant.urn === undefined || urn === mutant.urn),
          );
          return !objects;
        });
        const paths = made.flatMap((mutant) => mutant.broken);
        broken.set(name, new Set([...(broken.get(name) ?? []), ...paths]));
        figures.mutants += made.length;
        figures.refused += made.length - unseen.length;
        assert.deepEqual(
          unseen.map(({ what }) => what),
          [],
          `${name} is blind`,
        );
      });
    }
  }

  it("breaks every property that a policy reads", () => {
    const unbroken = policies.flatMap((policy) =>
      [...readBy(policy, [...graphs.values()])]
        .filter((read) => !isBroken(read, broken.get(policy.name) ?? new Set()))
        .map((read) => `${policy.name}: ${read}`),
    );
    assert.deepEqual(
      [...new Set(unbroken)].sort(),
      READ_ONLY.map(([policy, path]) => `${policy}: ${path}`),
    );
  });
});

/** Whether the property, or one below it, was broken. */
function isBroken(read: string, paths: ReadonlySet<string>): boolean {
  return [...paths].some((path) => path === read || path.startsWith(`${read}.`) || path.startsWith(`${read}[`));
}

/** What a policy asks for, as {@link readPath} has it. */
function readBy(policy: Policy, graphs: readonly Resource[][]): Set<string> {
  const read = new Set<string>();
  const at = mock.method(Field.prototype, "at");
  const note = (type: string) => {
    for (const { result } of at.mock.calls) if (result?.path) read.add(readPath(type, result.path));
    at.mock.resetCalls();
  };
  try {
    for (const graph of graphs) {
      if ("validateResource" in policy) {
        for (const resource of graph) {
          judgeOne(policy, resource);
          note(resource.type);
        }
      }
      if ("validateStack" in policy) judgeStack(policy, graph);
      note("");
    }
  } finally {
    at.mock.restore();
  }
  return read;
}
