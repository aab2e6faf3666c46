import type { Field } from "./lib/field.ts";
import type { Node } from "./lib/graph.ts";
import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { type Option, type StackReport, tenantPolicy } from "./lib/policy.ts";
import { type Image, type Released, releasedTo } from "./lib/released.ts";
import { configured, settingsFile, stackSettings } from "./lib/stackSettings.ts";
import { mayRelax, stackEnvironment, stackName, TENANT_COMPONENT } from "./lib/urn.ts";

/** `repository[:tag]@sha256:<64 hexadecimal digits>`. */
const PINNED = /^(?<repository>[^@]+?)(?::[^:/@]+)?@sha256:(?<digest>[a-f0-9]{64})$/;

const demandPromotion: Option<boolean> = {
  // Stryker disable next-line ObjectLiteral: The option's schema: test/policies/pack.test.ts asks each for its default and explanation, in another process.
  schema: {
    // Stryker disable next-line StringLiteral: The option's schema: test/policies/pack.test.ts has the library read each, in another process.
    type: "boolean",
    // Stryker disable next-line BooleanLiteral: The default that the option's schema states; the effective one is below it.
    default: true,
    description: "Take only what was promoted and attested; in staging and prod only a preview may do without.",
  },
  default: true,
  relaxes: true,
  inPreviews: true,
};

/** What staging's tests have passed with, and people have promoted, is what runs; nothing else that stands in the files. */
export const attestedReleases = tenantPolicy({
  name: "attested-releases",
  description:
    "Each tenant and image must be what staging has attested and a promotion says; in staging, which attests, any. The console's image is the stack's file's to say.",
  types: [TENANT_COMPONENT, ...WORKLOADS],
  options: { demandPromotion },
  check(node, report, options) {
    const stack = stackName(node.urn);
    if (node.console && node.type !== TENANT_COMPONENT) {
      checkConsole(node, stack, report);
      return;
    }
    if (!options.demandPromotion || stackEnvironment(stack) === "staging") return;
    const released = releasedTo(stack);
    if (node.type === TENANT_COMPONENT) checkTenant(node, released, stack, report);
    else checkImages(node, released, report);
  },
});

function checkTenant(node: Node, released: Released, stack: string, report: StackReport): void {
  const hash = node.props.at("specHash");
  if (!hash.known) return;
  const reportHash = (wrong: string, fix: string) => report(node, hash, `is ${hash.shown}${wrong}`, fix);
  const promote = `npx odoo-saas deploy promote --to ${stack}, when staging has attested it`;
  for (const { file, reason } of released.refused) {
    report(node, "", `cannot be compared: ${file} ${reason}`, "Find out who changed it");
  }
  if (released.promoted === undefined) {
    reportHash(`, and ${released.promotion} is missing or is not a promotion`, promote);
    return;
  }
  const promoted = released.promoted.get(node.name);
  if (hash.value !== promoted) reportHash(`, but ${promoted ?? "nothing"} in ${released.promotion}`, promote);
  else if (!released.isAttested(node.name)) reportHash(", which no valid attestation has", promote);
}

/** The console is not Odoo's: what it runs is what the stack's file pins, which the platform's team reviews. */
function checkConsole(node: Node, stack: string, report: StackReport): void {
  const settings = stackSettings(stack);
  const image = settings?.console?.image;
  // A sandbox may name none: its pods are simulated.
  if (image === undefined && mayRelax(stack)) return;
  const expected = configured(stack, image && `${image.repository}@${image.digest}`);
  for (const container of containers(podTemplate(node.type, node.props).at("spec"))) {
    const field = container.at("image");
    if (!field.known || expected.accepts(field.value)) continue;
    report(node, field, `is ${field.shown}, expected ${expected.expected}`, `Pin it in ${settingsFile(stack)}`);
  }
}

function checkImages(node: Node, released: Released, report: StackReport): void {
  // Without a right promotion the tenant itself is refused, and its images would only repeat it.
  // Stryker disable next-line ConditionalExpression: Reports for each image again what is reported for its tenant.
  if (node.tenant !== undefined && !released.isAttested(node.tenant)) return;
  for (const container of containers(podTemplate(node.type, node.props).at("spec"))) {
    const image = container.at("image");
    const pinned = pinnedImage(image);
    if (!image.known || (pinned !== undefined && released.hasPassed(pinned, node.tenant))) continue;
    report(
      node,
      image,
      `is ${image.shown}, which has not passed staging's tests with this tenant`,
      "Give the release to staging, and promote what it attests",
    );
  }
}

function pinnedImage(image: Field): Image | undefined {
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  const { repository, digest } = PINNED.exec(image.text ?? "")?.groups ?? {};
  // Stryker disable next-line ConditionalExpression,LogicalOperator: A text that is not a pinned image has neither repository nor digest, and no attestation has it.
  return repository === undefined || digest === undefined ? undefined : { repository, digest };
}
