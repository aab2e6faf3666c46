import type { Output } from "@pulumi/pulumi";
import { CONFIG_NAMESPACE } from "./names.ts";
import { formatPath, issueProblems, quote } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import { stackSchema } from "./schemas/stack.ts";
import type { StackSettings } from "./schemas/stack.ts";
import { backupCredentialsOf } from "./backups.ts";
import { ConfigError } from "./diagnostics.ts";
import type { StackConfig } from "./types.ts";

/** What {@link readStackConfig} needs of `new pulumi.Config("odoo-saas")`; an interface, so that checking files does not load Pulumi. */
export interface ConfigSource {
  get(key: string): string | undefined;
  getObject(key: string): unknown;
  getSecret(key: string): Output<string> | undefined;
  getSecretObject(key: string): Output<unknown> | undefined;
}

/** Keys whose values are secret, set with `pulumi config set --secret`. */
export const SECRET_KEYS = [
  "tenantsDatabasePassword",
  "analyticsDatabasePassword",
  "keycloakClientSecret",
  "tenantsWatchdogPassword",
  "analyticsWatchdogPassword",
  "mailPassword",
  "kubeconfig",
  "brokerSecrets",
  "backupCredentials",
  "githubToken",
  "consoleRequestsSecret",
  "consoleRequestsKey",
  "consoleGithubToken",
  "consoleStoreKeyId",
  "consoleStoreKey",
] as const;

/** Secrets that a stack has exactly with a console. */
const CONSOLE_SECRETS = ["consoleRequestsSecret", "consoleRequestsKey"] as const;

const PLAIN_KEYS = ["environment", "cell", "baseDomain", "release", "protect"];
const OBJECT_KEYS = Object.keys(stackSchema.in.shape).filter((key) => !PLAIN_KEYS.includes(key));

/** Values of a stack's configuration as `pulumi config --json` has them, by full key (`odoo-saas:cell`). */
export type ConfigValues = ReadonlyMap<string, { readonly text?: string | undefined; readonly object?: unknown }>;

/**
 * The part of a stack's configuration that is not secret, for commands that run outside of the program.
 *
 * @throws ConfigError with every problem, unknown keys included, and the command that fixes each.
 */
export function parseStackSettings(values: ConfigValues): StackSettings {
  const raw: Record<string, unknown> = {};
  for (const [key, { text, object }] of values) {
    // Stryker disable next-line StringLiteral: For the compiler: Pulumi's keys have a colon.
    const [namespace, name = ""] = key.split(":");
    const isSecret: boolean = SECRET_KEYS.some((secret) => secret === name);
    if (namespace === CONFIG_NAMESPACE && !isSecret) raw[name] = object ?? plainValue(name, text ?? "");
  }
  const result = stackSchema.safeParse(raw);
  if (!result.success) throw configError(issueProblems(result.error.issues).map(withRemedy));
  return result.data;
}

/**
 * Reads and checks the stack's configuration. Every problem is reported at once, with the command that fixes it.
 *
 * @throws ConfigError when a key is missing or wrong.
 */
export function readStackConfig(config: ConfigSource): StackConfig {
  const problems: string[] = [];
  const raw: Record<string, unknown> = {};
  for (const key of PLAIN_KEYS) {
    const value = config.get(key);
    if (value !== undefined) raw[key] = plainValue(key, value);
  }
  for (const key of OBJECT_KEYS) {
    try {
      const value = config.getObject(key);
      if (value !== undefined) raw[key] = value;
    } catch {
      // Pulumi could not parse it as JSON: it is text, and the schema says what it should be.
      raw[key] = config.get(key);
    }
  }
  const secret = (key: string): Output<string> | undefined => {
    const value = config.getSecret(key);
    if (value === undefined) {
      problems.push(
        `${CONFIG_NAMESPACE}:${key}: is missing, expected a secret\n  to fix it: pulumi config set --secret ${CONFIG_NAMESPACE}:${key}`,
      );
    }
    return value;
  };
  const tenantsPassword = secret("tenantsDatabasePassword");
  const analyticsPassword = secret("analyticsDatabasePassword");
  const clientSecret = secret("keycloakClientSecret");
  const tenantsWatchdog = secret("tenantsWatchdogPassword");
  const analyticsWatchdog = secret("analyticsWatchdogPassword");
  const mailPassword = config.getSecret("mailPassword");
  const kubeconfig = config.getSecret("kubeconfig");
  const brokerSecrets = config.getSecretObject("brokerSecrets")?.apply(brokerSecretsOf);
  const githubToken = config.getSecret("githubToken");
  const backupCredentials = config.getSecretObject("backupCredentials")?.apply(backupCredentialsOf);

  const result = stackSchema.safeParse(raw);
  if (!result.success) problems.push(...issueProblems(result.error.issues).map(withRemedy));
  else problems.push(...mailPasswordProblems(result.data.mail?.user, mailPassword !== undefined));
  const [requestsSecret, requestsKey] = CONSOLE_SECRETS.map((key) =>
    result.data?.console === undefined ? undefined : secret(key),
  );
  const readerToken = result.data?.console?.github === undefined ? undefined : secret("consoleGithubToken");
  const [keyId, key] = ["consoleStoreKeyId", "consoleStoreKey"].map((name) =>
    result.data?.console?.projections === undefined ? undefined : secret(name),
  );
  if (
    // Stryker disable next-line LogicalOperator: For the compiler: where there is a problem a setting is wrong or a secret missing, each of which is checked beside it.
    !result.success ||
    // Stryker disable next-line ConditionalExpression: For the compiler: where there is a problem a setting is wrong or a secret missing, each of which is checked beside it.
    problems.length > 0 ||
    // Stryker disable next-line ConditionalExpression: For the compiler: a secret that is missing is a problem, which is checked before.
    tenantsPassword === undefined ||
    // Stryker disable next-line ConditionalExpression: For the compiler: a secret that is missing is a problem, which is checked before.
    analyticsPassword === undefined ||
    // Stryker disable next-line ConditionalExpression: For the compiler: a secret that is missing is a problem, which is checked before.
    clientSecret === undefined ||
    tenantsWatchdog === undefined ||
    analyticsWatchdog === undefined
  ) {
    throw configError(problems);
  }
  const { mail, console, ...settings } = result.data;
  return {
    ...settings,
    tenantsDatabase: { ...settings.tenantsDatabase, password: tenantsPassword },
    analyticsDatabase: { ...settings.analyticsDatabase, password: analyticsPassword },
    keycloak: { ...settings.keycloak, clientSecret },
    watchdog: { ...settings.watchdog, passwords: { tenants: tenantsWatchdog, analytics: analyticsWatchdog } },
    kubernetes: { ...settings.kubernetes, ...(kubeconfig === undefined ? {} : { kubeconfig }) },
    ...(mail === undefined
      ? {}
      : { mail: { ...mail, ...(mailPassword === undefined ? {} : { password: mailPassword }) } }),
    ...(console === undefined || requestsSecret === undefined || requestsKey === undefined
      ? {}
      : {
          console: {
            ...console,
            secrets: {
              requestsSecret,
              requestsKey,
              ...(keyId === undefined || key === undefined ? {} : { store: { keyId, key } }),
              ...(readerToken === undefined ? {} : { githubToken: readerToken }),
            },
          },
        }),
    ...(githubToken === undefined ? {} : { githubToken }),
    ...(brokerSecrets === undefined ? {} : { brokerSecrets }),
    ...(backupCredentials === undefined ? {} : { backupCredentials }),
  };
}

/** Whether the mail server's password is there exactly when there is a user to log in as. */
function mailPasswordProblems(user: string | undefined, hasPassword: boolean): string[] {
  const key = `${CONFIG_NAMESPACE}:mailPassword`;
  if (user !== undefined && !hasPassword) {
    return [
      `${key}: is missing, expected the password of mail.user ${quote(user)}\n  to fix it: pulumi config set --secret ${key}`,
    ];
  }
  if (user === undefined && hasPassword) {
    return [
      `${key}: is set without mail.user, expected both or neither\n  to fix it: pulumi config set --path '${CONFIG_NAMESPACE}:mail.user' <user>`,
    ];
  }
  return [];
}

/**
 * The client secret for a tenant's own identity provider.
 *
 * @throws ConfigError when none is configured, at once or when the secret is read.
 */
export function brokerSecret(stack: Pick<StackConfig, "brokerSecrets">, tenant: string): Output<string> {
  const missing = () =>
    new ConfigError("A client secret is missing", [
      `${CONFIG_NAMESPACE}:brokerSecrets.${tenant}: is missing, expected the secret of the tenant's sso.identityProvider\n` +
        `  to fix it: pulumi config set --secret --path '${CONFIG_NAMESPACE}:brokerSecrets["${tenant}"]'`,
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

/** Keys that are true or false. */
const FLAGS: ReadonlySet<string> = new Set(["canary", "protect"]);

/** Pulumi keeps plain values as text. */
export function plainValue(key: string, text: string): unknown {
  return FLAGS.has(key) && (text === "true" || text === "false") ? text === "true" : text;
}

function configError(problems: readonly string[]): ConfigError {
  return new ConfigError("The stack's configuration cannot be used", problems);
}

function withRemedy(problem: Problem): string {
  const key = `${CONFIG_NAMESPACE}:${formatPath(problem.path)}`;
  const nested = problem.path.length > 1;
  const remedy = problem.atKey
    ? `pulumi config rm ${nested ? `--path '${key}'` : key}`
    : `pulumi config set ${nested ? `--path '${key}'` : OBJECT_KEYS.includes(String(problem.path[0])) ? `--path '${key}.<key>'` : key} <value>`;
  return `${key}: ${problem.message}\n  to fix it: ${remedy}`;
}
