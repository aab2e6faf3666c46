import type { Output } from "@pulumi/pulumi";
import { formatPath, issueProblems } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import { stackSchema } from "./schemas/stack.ts";
import type { StackSettings } from "./schemas/stack.ts";
import { ConfigError } from "./diagnostics.ts";
import type { StackConfig } from "./types.ts";

/** What {@link readStackConfig} needs of `new pulumi.Config("odoo-saas")`; an interface, so that checking files does not load Pulumi. */
export interface ConfigSource {
  get(key: string): string | undefined;
  getObject(key: string): unknown;
  getSecret(key: string): Output<string> | undefined;
  getSecretObject(key: string): Output<unknown> | undefined;
}

/** Pulumi's name for the project's configuration keys. */
const NAMESPACE = "odoo-saas";

const PLAIN_KEYS = ["environment", "cell", "baseDomain", "release", "protect"];
const OBJECT_KEYS = [
  "tenantsDatabase",
  "analyticsDatabase",
  "keycloak",
  "kubernetes",
  "tls",
  "mail",
  "objectStore",
  "monitoring",
];

/** The secret keys: they have no place in {@link StackSettings}. */
const SECRET_KEYS = [
  "tenantsDatabasePassword",
  "analyticsDatabasePassword",
  "keycloakClientSecret",
  "kubeconfig",
  "brokerSecrets",
];

/**
 * The part of the stack's configuration that is not secret, from what `pulumi config --json` prints: for commands that
 * run outside the program.
 *
 * @param values key with its namespace → text, and the object where the value is one
 * @throws ConfigError when a key is missing or wrong.
 */
export function parseStackSettings(
  values: ReadonlyMap<string, { readonly text: string | undefined; readonly object: unknown }>,
): StackSettings {
  const raw: Record<string, unknown> = {};
  for (const [name, { text, object }] of values) {
    const key = name.startsWith(`${NAMESPACE}:`) ? name.slice(NAMESPACE.length + 1) : undefined;
    if (key === undefined || SECRET_KEYS.includes(key)) continue;
    raw[key] = object ?? (key === "protect" && text !== undefined ? booleanOf(text) : text);
  }
  const result = stackSchema.safeParse(raw);
  if (result.success) return result.data;
  throw new ConfigError("The stack's configuration cannot be used", issueProblems(result.error.issues).map(withRemedy));
}

/**
 * Reads and checks the stack's configuration. Every problem is reported at once, with the command that mends it.
 *
 * @throws ConfigError when a key is missing or wrong.
 */
export function readStackConfig(config: ConfigSource): StackConfig {
  const problems: string[] = [];
  const raw: Record<string, unknown> = {};
  for (const key of PLAIN_KEYS) {
    const value = config.get(key);
    if (value !== undefined) raw[key] = key === "protect" ? booleanOf(value) : value;
  }
  for (const key of OBJECT_KEYS) {
    try {
      const value = config.getObject(key);
      if (value !== undefined) raw[key] = value;
    } catch {
      problems.push(withRemedy({ path: [key], atKey: false, message: "is text, expected a mapping" }));
      raw[key] = undefined;
    }
  }
  const secret = (key: string): Output<string> | undefined => {
    const value = config.getSecret(key);
    if (value === undefined) {
      problems.push(
        `${NAMESPACE}:${key}: is missing, expected a secret\n  mend it: pulumi config set --secret ${NAMESPACE}:${key}`,
      );
    }
    return value;
  };
  const tenantsPassword = secret("tenantsDatabasePassword");
  const analyticsPassword = secret("analyticsDatabasePassword");
  const clientSecret = secret("keycloakClientSecret");
  const kubeconfig = config.getSecret("kubeconfig");
  const brokerSecrets = config.getSecretObject("brokerSecrets")?.apply(brokerSecretsOf);

  const result = stackSchema.safeParse(raw);
  if (!result.success) problems.push(...issueProblems(result.error.issues).map(withRemedy));
  if (
    !result.success ||
    problems.length > 0 ||
    tenantsPassword === undefined ||
    analyticsPassword === undefined ||
    clientSecret === undefined
  ) {
    throw new ConfigError("The stack's configuration cannot be used", [...new Set(problems)]);
  }
  const settings = result.data;
  return {
    ...settings,
    tenantsDatabase: { ...settings.tenantsDatabase, password: tenantsPassword },
    analyticsDatabase: { ...settings.analyticsDatabase, password: analyticsPassword },
    keycloak: { ...settings.keycloak, clientSecret },
    kubernetes: { ...settings.kubernetes, ...(kubeconfig === undefined ? {} : { kubeconfig }) },
    ...(brokerSecrets === undefined ? {} : { brokerSecrets }),
  };
}

/**
 * The client secret for a tenant's own identity provider.
 *
 * @throws ConfigError when none is configured, at once or when the secret is read.
 */
export function brokerSecret(stack: Pick<StackConfig, "brokerSecrets">, tenant: string): Output<string> {
  const missing = () =>
    new ConfigError("A client secret is missing", [
      `${NAMESPACE}:brokerSecrets.${tenant}: is missing, expected the secret of the tenant's sso.identityProvider\n` +
        `  mend it: pulumi config set --secret --path '${NAMESPACE}:brokerSecrets["${tenant}"]'`,
    ]);
  if (stack.brokerSecrets === undefined) throw missing();
  return stack.brokerSecrets.apply((secrets) => {
    const secret = secrets[tenant];
    if (secret === undefined) throw missing();
    return secret;
  });
}

function brokerSecretsOf(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const secrets: Record<string, string> = {};
  for (const [tenant, secret] of entries) {
    if (typeof secret === "string" && secret !== "") secrets[tenant] = secret;
  }
  return secrets;
}

function booleanOf(value: string): unknown {
  return value === "true" ? true : value === "false" ? false : value;
}

function withRemedy(problem: Problem): string {
  const key = `${NAMESPACE}:${formatPath(problem.path)}`;
  const nested = problem.path.length > 1;
  const remedy = problem.atKey
    ? `pulumi config rm ${nested ? `--path '${key}'` : key}`
    : `pulumi config set ${nested ? `--path '${key}'` : OBJECT_KEYS.includes(String(problem.path[0])) ? `--path '${key}.<key>'` : key} <value>`;
  return `${key}: ${problem.message}\n  mend it: ${remedy}`;
}
