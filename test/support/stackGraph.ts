import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { COMPANY, PROJECT, withCompany } from "./company.ts";
import { runProgram } from "./mocks.ts";
import type { RecordedResource } from "./mocks.ts";

/** Stacks of the fixture company, whose graphs are kept. */
export const GOLDEN_STACKS = ["staging", "prod"] as const;

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });
const mailSettings = z.object({ "odoo-saas:mail": z.object({ user: z.string().optional() }).optional() });
const tenantFile = z.object({ sso: z.object({ identityProvider: z.unknown().optional() }).default({}) });

/** Stand in for what `pulumi config set --secret` would add for every stack. */
const SECRETS = {
  "odoo-saas:tenantsDatabasePassword": "test-tenants-password",
  "odoo-saas:analyticsDatabasePassword": "test-analytics-password",
  "odoo-saas:keycloakClientSecret": "test-client-secret",
  "odoo-saas:tenantsWatchdogPassword": "test-tenants-watchdog",
  "odoo-saas:analyticsWatchdogPassword": "test-analytics-watchdog",
};

const graphs = new Map<string, Promise<readonly RecordedResource[]>>();

/**
 * The resources of a preview of `Pulumi.<stack>.yaml` under mocks. The program runs once per stack and process.
 *
 * @param files whose stack and tenants: {@link COMPANY} or {@link PROJECT}. Default: the company's
 */
export function stackGraph(stack: string, files: string = COMPANY): Promise<readonly RecordedResource[]> {
  const key = join(files, stack);
  const graph = graphs.get(key) ?? runStack(stack, files);
  graphs.set(key, graph);
  return graph;
}

async function runStack(stack: string, files: string): Promise<readonly RecordedResource[]> {
  return files === COMPANY ? await withCompany((root) => runIn(root, stack)) : await runIn(files, stack);
}

async function runIn(root: string, stack: string): Promise<readonly RecordedResource[]> {
  const { config } = stackFile.parse(readYaml(root, `Pulumi.${stack}.yaml`));
  const plain = Object.entries(config).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const secrets = {
    ...SECRETS,
    "odoo-saas:brokerSecrets": JSON.stringify(brokerSecrets(root)),
    ...(mailSettings.parse(config)["odoo-saas:mail"]?.user !== undefined && {
      "odoo-saas:mailPassword": "test-mail-password",
    }),
  };
  // A query makes it another module: the program runs when it is loaded.
  const program = () => import(`${pathToFileURL(join(root, "index.ts")).href}?stack=${stack}`) as Promise<unknown>;
  const { resources } = await runProgram(program, {
    stack,
    preview: true,
    config: { ...Object.fromEntries(plain), ...secrets },
    secretKeys: Object.keys(secrets),
  });
  return resources;
}

/** A secret for each tenant that logs in through its own identity provider. */
function brokerSecrets(root: string): Record<string, string> {
  const brokered = readdirSync(join(root, "tenants")).filter((name) => {
    if (!name.endsWith(".yaml")) return false;
    const { sso } = tenantFile.parse(readYaml(root, `tenants/${name}`));
    return sso.identityProvider !== undefined;
  });
  return Object.fromEntries(brokered.map((name) => [basename(name, ".yaml"), "test-broker-secret"]));
}

function readYaml(root: string, file: string): unknown {
  return parse(readFileSync(join(root, file), "utf8"));
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
