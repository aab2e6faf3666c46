import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { runProgram } from "../../lib/mockEngine.ts";
import type { RecordedResource } from "../../lib/mockEngine.ts";

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });
const mailSettings = z.object({ "odoo-saas:mail": z.object({ user: z.string().optional() }).optional() });
const tenantFile = z.object({ sso: z.object({ identityProvider: z.unknown().optional() }).default({}) });

/** Stand in for what `pulumi config set --secret` sets for every stack: no secret is needed to see what would be made. */
const SECRETS = {
  "odoo-saas:tenantsDatabasePassword": "test-tenants-password",
  "odoo-saas:analyticsDatabasePassword": "test-analytics-password",
  "odoo-saas:keycloakClientSecret": "test-client-secret",
  "odoo-saas:tenantsWatchdogPassword": "test-tenants-watchdog",
  "odoo-saas:analyticsWatchdogPassword": "test-analytics-watchdog",
};

/** As {@link SECRETS}, of a stack with a console. */
const CONSOLE_SECRETS = {
  "odoo-saas:consoleRequestsSecret": "test-requests-secret",
  "odoo-saas:consoleRequestsKey": "test-requests-key",
  "odoo-saas:consoleGithubToken": "test-github-token",
  "odoo-saas:consoleStoreKeyId": "test-store-key-id",
  "odoo-saas:consoleStoreKey": "test-store-key",
};

/**
 * The resources that the first update of a stack would make, by the program of a checkout under the SDK's mocks.
 *
 * @param root the checkout, whose files are valid: its `index.ts`, `tenants/` and `Pulumi.<stack>.yaml`
 * @throws Error what the program throws
 */
export async function runStack(root: string, stack: string): Promise<readonly RecordedResource[]> {
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
  if (config["odoo-saas:console"] !== undefined) Object.assign(secrets, CONSOLE_SECRETS);
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
