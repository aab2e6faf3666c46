import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { selectTenants, stackSettingsOf, usableProjectFiles } from "../../config/index.ts";
import type { TenantSpec } from "../../config/index.ts";
import { quote } from "../../config/schemas/common.ts";
import { UserError } from "../../lib/userError.ts";
import { POLICIES } from "../../policies/all.ts";
import { checkout } from "../../policies/lib/checkout.ts";
import { operation } from "../../policies/lib/operation.ts";
import { SHARED, tenantOfUrn } from "../../policies/lib/urn.ts";
import { judge } from "./judge.ts";
import type { Resource, Violation } from "./judge.ts";
import { runStack } from "./runStack.ts";
import { shownResources } from "./shownResources.ts";

/** What a stack's first update would make. */
export interface StackLook {
  readonly stack: string;
  readonly environment: string;
  /** By id, sorted. */
  readonly tenants: readonly TenantLook[];
  /** Resources that no tenant owns. */
  readonly shared: readonly Resource[];
  /** Number of policies that judged the resources. */
  readonly policies: number;
  readonly violations: readonly Violation[];
}

/** What a stack's first update would make for a tenant. */
export interface TenantLook {
  readonly spec: TenantSpec;
  readonly resources: readonly Resource[];
}

const packConfig = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.unknown())]));

/** The pack's configuration for previews of pull requests. */
const PREVIEW = packConfig.parse(
  JSON.parse(readFileSync(new URL("../../policies/pull-request.json", import.meta.url), "utf8")),
);

/**
 * Runs the program of a checkout without an engine or a service, and judges its resources by the policy pack as a pull request's
 * preview does. What Helm renders from the chart is not among them.
 *
 * @param root the checkout
 * @param only name of a stack. @default every stack that has a file, `Pulumi.<stack>.yaml`, except sandboxes
 * @throws ConfigError with everything that is wrong in the files; UserError if there is no such stack
 */
export async function look(root: string, only?: string): Promise<StackLook[]> {
  if (!existsSync(join(root, "node_modules/@pulumi/pulumi"))) {
    throw new UserError(`${root} has no dependencies, which its program needs: run \`npm ci\` there`);
  }
  const files = usableProjectFiles(root);
  const stacks = [...stackSettingsOf(root)].filter(([, { environment }]) => environment !== "sandbox");
  const chosen = stacks.filter(([name]) => only === undefined || name === only);
  if (chosen.length === 0) {
    const names = stacks.map(([name]) => name).join(", ");
    throw new UserError(
      names === ""
        ? `${root} has no file Pulumi.<stack>.yaml, expected one for each stack`
        : `There is no stack ${quote(only)}, expected ${names}`,
    );
  }
  const looks: StackLook[] = [];
  // One after the other: the SDK's mocks are the process's own.
  for (const [stack, settings] of chosen) {
    const resources = shownResources(stack, await runStack(root, stack));
    const owners = ownersOf(resources);
    looks.push({
      stack,
      environment: settings.environment,
      tenants: selectTenants(files, settings).map((spec) => ({
        spec,
        resources: resources.filter((resource) => owners.get(resource.urn) === spec.id),
      })),
      shared: resources.filter(({ urn, parent }) => !owners.has(urn) && parent !== undefined),
      policies: POLICIES.length,
      violations: judged(root, resources),
    });
  }
  return looks;
}

/** What the pack says of resources in a pull request's preview of a checkout. */
function judged(root: string, resources: readonly Resource[]): Violation[] {
  const before = [checkout.root, operation.isPreview] as const;
  checkout.root = root;
  operation.isPreview = true;
  try {
    return POLICIES.flatMap((policy) => {
      const given = PREVIEW[policy.name];
      return judge(policy, resources, typeof given === "object" ? given : {});
    });
  } finally {
    [checkout.root, operation.isPreview] = before;
  }
}

/** Tenants' ids by the URNs of what is theirs, their components included. */
function ownersOf(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const parents = new Map(resources.map(({ urn, parent = "" }) => [urn, parent]));
  return new Map(
    resources.flatMap(({ urn }) => {
      const owner = tenantOfUrn(urn, parents);
      return owner === SHARED ? [] : [[urn, owner] as const];
    }),
  );
}
