import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { parseAllDocuments, stringify } from "yaml";
import { z } from "zod";
import { ensureTools } from "../../../sandbox/toolchain/ensure.ts";
import { stackGraph } from "../../support/stackGraph.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { add } from "./fixtures.ts";
import { shownResources } from "../../../features/look/shownResources.ts";
import { PACK } from "./packProcess.ts";

/** A policy as the pack's files export it. */
export type Policy = ResourceValidationPolicy | StackValidationPolicy;

const CHART = "kubernetes:helm.sh/v4:Chart";
const chartInputs = z.object({ name: z.string(), namespace: z.string(), chart: z.string(), values: z.unknown() });
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** Every policy of the pack, by the files of its folder: an own module each, not the served pack. */
export async function packPolicies(): Promise<Policy[]> {
  const files = readdirSync(PACK).filter((name) => name.endsWith(".ts") && !["all.ts", "index.ts"].includes(name));
  const modules = await Promise.all(files.map((file) => import(join(PACK, file)) as Promise<Record<string, Policy>>));
  return modules.flatMap((module) => Object.values(module));
}

/**
 * The program's graph as the engine would show it: with what the charts hold, and URNs that tell all parents' types.
 *
 * @param stack name of a stack
 * @param files whose stack and tenants, as {@link stackGraph} has it
 * @throws AssertionError when Helm does not render a chart
 */
export async function engineGraph(...[stack, files]: Parameters<typeof stackGraph>): Promise<Resource[]> {
  const helm = (await ensureTools(["test"]))["helm"] ?? "";
  const resources = shownResources(stack, await stackGraph(stack, files));
  for (const chart of resources.filter(({ type }) => type === CHART)) {
    for (const object of render(helm, chartInputs.parse(chart.props))) {
      const group = object.apiVersion.includes("/") ? object.apiVersion : `core/${object.apiVersion}`;
      const name = `${chart.name}:${object.kind}/${object.metadata.name}`;
      add({ type: `kubernetes:${group}:${object.kind}`, name, parent: chart.name, props: object })(resources);
    }
  }
  return resources;
}

/** What the provider makes of a chart. */
function render(helm: string, { name, namespace, chart, values }: z.output<typeof chartInputs>) {
  const { status, stdout, stderr } = spawnSync(
    helm,
    ["template", name, chart, "--namespace", namespace, "--kube-version", "1.35.0", "--values", "-"],
    { cwd: join(PACK, ".."), encoding: "utf8", input: stringify(values) },
  );
  assert.equal(status, 0, stderr);
  return parseAllDocuments(stdout).flatMap((document) => {
    const object: unknown = document.toJS();
    return object === null ? [] : [manifest.parse(object)];
  });
}
