import type { Statement } from "../../policies/lib/attestations.ts";
import { DeliveryError } from "./deliveryError.ts";
import { madeOf, subjectsOf } from "./promotable.ts";
import type { Resolved } from "./resolved.ts";
import type { SmokeReport } from "./smoke/run.ts";

/**
 * What is signed of a stack: what it ran, and what its tests said.
 *
 * @param commit that the files are of
 * @throws DeliveryError when the tests failed, left a tenant out, or are another stack's: nothing is attested then.
 */
export function statementOf(resolved: Resolved, name: string, report: SmokeReport, commit: string): Statement {
  const stack = resolved.stacks.get(name);
  if (stack === undefined) throw new DeliveryError(`Pulumi.${name}.yaml is missing or invalid`, "attestation");
  if (stack.settings.environment !== "staging") {
    throw new DeliveryError(
      `${name} is a stack of ${stack.settings.environment}, expected one of staging: nothing else is attested`,
      "attestation",
    );
  }
  const missing = [...stack.tenants.keys()].filter((id) => !report.tenants.includes(id));
  const failed = report.results.filter(({ passed }) => !passed);
  const problems = [
    ...(report.stack === name ? [] : [`the report is of ${report.stack}`]),
    ...(missing.length === 0 ? [] : [`not tested: ${missing.join(", ")}`]),
    ...failed.map(({ tenant, check, message }) => `${tenant} ${check}: ${message}`),
  ];
  if (problems.length > 0) throw new DeliveryError(`${name} is not attested: ${problems.join("; ")}`, "attestation");
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...subjectsOf(resolved, stack), ...madeOf(resolved, stack)],
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: "PASSED",
      configuration: [{ name: "repository", digest: { gitCommit: commit } }],
      passedTests: report.results.map(({ tenant, check }) => `${tenant}/${check}`),
      failedTests: [],
      stack: name,
      environment: stack.settings.environment,
      finishedOn: report.finishedAt,
      release: stack.settings.release,
    },
  };
}
