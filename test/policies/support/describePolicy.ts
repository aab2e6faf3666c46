import assert from "node:assert/strict";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import type { Resource } from "../../../features/look/judge.ts";
import { writeHostFiles } from "./hostCheckout.ts";
import { emptyCheckout, useCheckoutByDefault } from "./releasedCheckout.ts";
import { type Change, compliantStack, named, set } from "./fixtures.ts";
import { judge } from "../../../features/look/judge.ts";
import { UNKNOWN } from "../../../lib/pulumiMarks.ts";

/** A change that must be refused: what it breaks, the change, the resource to be named, and what the message must say. */
export type Breach = readonly [what: string, change: Change, resource: string, message: RegExp];

/** A breach of one property, whose path the message must name. */
export function wrong(resource: string, path: string, value: unknown, message = /is /): Breach {
  const shown = path.replace(/\.(\d+)/g, "[$1]").replace(/[[\].]/g, "\\$&");
  return [
    `${path}: ${JSON.stringify(value) || "missing"}`,
    set(resource, path, value),
    resource,
    new RegExp(`: ${shown}\\S* .*${message.source}`),
  ];
}

/** A change that must not be refused. */
export type Tolerated = readonly [what: string, change: Change];

/** A property that a breach turns on; while it is not known nothing must be said of it. */
export type Guarded = readonly [resource: string, path: string | readonly string[]];

/** What a test of one policy needs. */
export interface PolicyCases {
  readonly breaches: readonly Breach[];
  readonly tolerated?: readonly Tolerated[];
  /** Properties whose value the policy judges. */
  readonly guarded: readonly Guarded[];
  /** The pack's configuration for this policy. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Name of the stack; default `prod`. */
  readonly stack?: string;
}

/** Declares the tests of a policy: the compliant stack passes, each breach is refused, unknown values are left alone. */
export function describePolicy(policy: ResourceValidationPolicy | StackValidationPolicy, cases: PolicyCases): void {
  const { config = {}, stack = "prod" } = cases;
  const changed = (change: Change): Resource[] => {
    const resources = compliantStack(stack);
    change(resources);
    return resources;
  };
  const label = Object.keys(config).length > 0 || stack !== "prod" ? ` in ${stack} with ${JSON.stringify(config)}` : "";

  describe(`policy ${policy.name}${label}`, () => {
    // Not this checkout's: a sandbox that runs here has written Pulumi.sandbox.yaml, which policies would go by.
    useCheckoutByDefault(() => writeHostFiles(emptyCheckout()));

    it("accepts what the program makes", () => {
      assert.deepEqual(judge(policy, compliantStack(stack), config), []);
    });
    for (const [what, change, resource, message] of cases.breaches) {
      it(`refuses ${what}`, () => {
        const resources = changed(change);
        const violations = judge(policy, resources, config);
        const { urn } = named(resources, resource);
        const there = violations.filter((violation) => violation.urn === urn);
        assert(there.length > 0, `expected a violation of ${urn}, got ${JSON.stringify(violations)}`);
        assert(
          there.some((violation) => message.test(violation.message)),
          `expected ${String(message)}, got ${JSON.stringify(there)}`,
        );
        for (const violation of violations) {
          assert.match(
            violation.message,
            /^[\w-]+: .+\. .+\. See docs\/runbooks\/policy-violation\.md#[a-z]+(?:-[a-z]+)*$/,
          );
          assert(violation.message.endsWith(`#${policy.name}`), violation.message);
        }
      });
    }
    for (const [what, change] of cases.tolerated ?? []) {
      it(`accepts ${what}`, () => {
        assert.deepEqual(judge(policy, changed(change), config), []);
      });
    }
    for (const [resource, path] of cases.guarded) {
      it(`waits for ${resource}.${typeof path === "string" ? path : path.join(".")} to be known`, () => {
        assert.deepEqual(judge(policy, changed(set(resource, path, UNKNOWN)), config), []);
      });
    }
  });
}
