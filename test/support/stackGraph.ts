import { join } from "node:path";
import { runStack } from "../../features/look/runStack.ts";
import { COMPANY, PROJECT, withCompany } from "./company.ts";
import type { RecordedResource } from "../../lib/mockEngine.ts";

/** Stacks of the fixture company, whose graphs are kept. */
export const GOLDEN_STACKS = ["staging", "prod"] as const;

const graphs = new Map<string, Promise<readonly RecordedResource[]>>();

/**
 * The resources of a preview of `Pulumi.<stack>.yaml` under mocks. The program runs once per stack and process.
 *
 * @param files whose stack and tenants: {@link COMPANY} or {@link PROJECT}. Default: the company's
 */
export function stackGraph(stack: string, files: string = COMPANY): Promise<readonly RecordedResource[]> {
  const key = join(files, stack);
  const graph = graphs.get(key) ?? run(stack, files);
  graphs.set(key, graph);
  return graph;
}

async function run(stack: string, files: string): Promise<readonly RecordedResource[]> {
  return files === COMPANY ? await withCompany((root) => runStack(root, stack)) : await runStack(files, stack);
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
  return join(PROJECT, `test/graph/${stack}.json`);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((item) => item === "");
}
