import { ENVIRONMENT_LABEL, OWNER_LABEL, TENANT_LABEL } from "../config/names.ts";
import { podTemplate, WORKLOADS } from "./lib/pods.ts";
import { resourcePolicy } from "./lib/policy.ts";
import { KNOWN_KINDS, namespaceOf, tenantOfNamespace } from "./lib/types.ts";
import { isInConsole, isInTenant, stackEnvironment, stackName } from "./lib/urn.ts";

const INSTANCE_LABEL = "app.kubernetes.io/instance";

const REQUIRED = [
  "app.kubernetes.io/name",
  INSTANCE_LABEL,
  "app.kubernetes.io/managed-by",
  TENANT_LABEL,
  ENVIRONMENT_LABEL,
  OWNER_LABEL,
] as const;

/** The console's: it is no team's, and no tenant's. */
const REQUIRED_OF_CONSOLE = ["app.kubernetes.io/name", "app.kubernetes.io/managed-by", ENVIRONMENT_LABEL] as const;

/** Labels say whose an object is: to people, to alerts, to the bill, and to selectors. */
export const labelsRequired = resourcePolicy({
  name: "labels-required",
  description:
    "Every Kubernetes object of a tenant, and of the console, must say whose it is, and in which environment.",
  types: [...KNOWN_KINDS],
  check({ type, urn, props }, report) {
    // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
    const namespaceTenant = tenantOfNamespace(namespaceOf(type, props).text ?? "");
    const ofConsole = isInConsole(urn);
    if (!isInTenant(urn) && namespaceTenant === undefined && !ofConsole) return;
    const labels = props.at("metadata", "labels");
    const fix = `Use ${ofConsole ? "console" : "tenant"}Labels() of config/names.ts`;
    for (const key of ofConsole ? REQUIRED_OF_CONSOLE : REQUIRED) {
      const label = labels.at(key);
      if (label.known && (label.text ?? "") === "") report(label, `is ${label.shown}`, fix);
    }
    const tenant = labels.at(TENANT_LABEL);
    if (tenant.text === undefined && !ofConsole) return;
    const instance = labels.at(INSTANCE_LABEL);
    if (!ofConsole && !instance.mayBe(tenant.value, undefined))
      report(instance, `is ${instance.shown}, expected ${tenant.shown}`, fix);

    // In both directions: a production label elsewhere would be billed and alerted on, another one here would not.
    const environment = labels.at(ENVIRONMENT_LABEL);
    const ofStack = stackEnvironment(stackName(urn));
    const isHeld = environment.text === "staging" || environment.text === "prod";
    if (environment.text !== undefined && (isHeld ? environment.text : undefined) !== ofStack) {
      report(environment, `is ${environment.shown} in stack "${stackName(urn)}"`, "Set the stack's own environment");
    }
    // Stryker disable next-line ConditionalExpression: What makes no pods is compared with its own labels once more.
    if (!WORKLOADS.includes(type)) return;
    const podTenant = podTemplate(type, props).at("metadata", "labels", TENANT_LABEL);
    if (!podTenant.mayBe(tenant.value)) report(podTenant, `is ${podTenant.shown}, expected ${tenant.shown}`, fix);
  },
});
