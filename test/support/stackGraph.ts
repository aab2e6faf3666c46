import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { runProgram } from "./mocks.ts";
import type { RecordedResource } from "./mocks.ts";

/** Stacks whose configuration is committed, and whose graph is kept. */
export const GOLDEN_STACKS = ["staging", "prod"] as const;

const root = join(import.meta.dirname, "../..");
const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** Stand in for what `pulumi config set --secret` would add. */
const SECRETS = {
  "odoo-saas:tenantsDatabasePassword": "test-tenants-password",
  "odoo-saas:analyticsDatabasePassword": "test-analytics-password",
  "odoo-saas:keycloakClientSecret": "test-client-secret",
  "odoo-saas:tenantsWatchdogPassword": "test-tenants-watchdog",
  "odoo-saas:analyticsWatchdogPassword": "test-analytics-watchdog",
};

const graphs = new Map<string, Promise<readonly RecordedResource[]>>();

/** The resources of a preview of `Pulumi.<stack>.yaml` under mocks. The program runs once a stack and process. */
export function stackGraph(stack: string): Promise<readonly RecordedResource[]> {
  const graph = graphs.get(stack) ?? runStack(stack);
  graphs.set(stack, graph);
  return graph;
}

async function runStack(stack: string): Promise<readonly RecordedResource[]> {
  const { config } = stackFile.parse(parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")));
  const plain = Object.entries(config).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  // A query makes it another module: the program runs when it is loaded.
  const program = () => import(`../../index.ts?stack=${stack}`) as Promise<unknown>;
  const { resources } = await runProgram(program, {
    stack,
    preview: true,
    config: { ...Object.fromEntries(plain), ...SECRETS },
    secretKeys: Object.keys(SECRETS),
  });
  return resources;
}

/** A graph as it is kept: sorted, secrets masked, empty things left out so that differences are what people look for. */
export function renderGraph(resources: readonly RecordedResource[]): string {
  const lines = resources.map((resource) =>
    Object.fromEntries(
      Object.entries(resource).filter(
        ([key, value]) =>
          key === "custom" ||
          !(key === "revealed" || key === "urn" || value === "" || value === false || isEmpty(value)),
      ),
    ),
  );
  return `${JSON.stringify(lines, null, 2)}\n`;
}

/** Where a stack's golden graph is. */
export function goldenPath(stack: string): string {
  return join(root, `test/graph/${stack}.json`);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((item) => item === "");
}
