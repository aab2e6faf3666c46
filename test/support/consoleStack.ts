import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { runStack } from "../../features/look/runStack.ts";
import { COMPANY, withCompany } from "./company.ts";
import type { RecordedResource } from "../../lib/mockEngine.ts";

/** The console of a stack, as its file has it. */
export const CONSOLE_SETTINGS = {
  image: { repository: "ghcr.io/tbwa-example/odoo-saas-console", digest: `sha256:${"ab".repeat(32)}` },
  staff: {
    "ana-cruz": { name: "Ana Maria Cruz", email: "Ana.Cruz@tbwa.example", roles: ["engineer", "operator"] },
    "jo-santos": { name: "Jo", email: "jo@tbwa.example", roles: ["auditor"] },
  },
  brand: { name: "TBWA Odoo", primary: "#ffcc00" },
  requests: { url: "https://n8n.tbwa.example", cidrs: ["10.50.21.0/28"] },
};

/** As {@link CONSOLE_SETTINGS}, with a bucket of inventories and events, and GitHub. */
export const CLUSTER_SETTINGS = {
  ...CONSOLE_SETTINGS,
  repository: "https://github.com/tbwa-example/odoo-saas",
  github: { cidrs: ["10.50.22.0/28"] },
  projections: { address: "s3://tbwa-console/fleet", region: "eu-central-1", cidrs: ["10.50.23.0/28"] },
};

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** The text of the fixture company's `Pulumi.<stack>.yaml`, with a console. */
export function stackWithConsole(stack: string, console: object = CONSOLE_SETTINGS): string {
  const { config } = stackFile.parse(parse(readFileSync(join(COMPANY, `Pulumi.${stack}.yaml`), "utf8")));
  return stringify({ config: { ...config, "odoo-saas:console": console } });
}

/** The resources of a preview of the fixture company's stack, with a console. */
export function graphWithConsole(stack: string, console?: object): Promise<readonly RecordedResource[]> {
  return withCompany((root) => {
    writeFileSync(join(root, `Pulumi.${stack}.yaml`), stackWithConsole(stack, console));
    return runStack(root, stack);
  });
}
