import type { ConfigValues } from "../../config/index.ts";
import { pulumi } from "../../lib/pulumi.ts";
import type { StackState } from "../../lib/pulumi.ts";

/** Logical names of the providers, by the key of the stack's configuration that has what they log in with. */
const PROVIDERS = [
  ["tenantsDatabasePassword", "tenants-database"],
  ["analyticsDatabasePassword", "analytics-database"],
  ["keycloakClientSecret", "keycloak"],
  ["kubeconfig", "kubernetes"],
] as const;

/**
 * URNs of the providers that the state has with another password, secret or kubeconfig than the configuration: what works
 * by the state alone, as imports and refreshes do, would be refused by their servers.
 */
export function outdatedProviders({ credentials }: Pick<StackState, "credentials">, config: ConfigValues): string[] {
  return PROVIDERS.flatMap(([key, name]) => {
    const wanted = config.get(`odoo-saas:${key}`)?.text;
    return [...credentials].flatMap(([urn, secret]) =>
      urn.endsWith(`::${name}`) && wanted !== undefined && secret !== wanted ? [urn] : [],
    );
  });
}

/**
 * Tells a stack's state a credential that was changed since: a refresh that asks the program for its providers, and reads
 * nothing else. An update of them alone would be refused where the program has something to delete.
 *
 * @throws PulumiError
 */
export async function renewProviders(
  stack: string,
  root: string,
  state: StackState,
  config: ConfigValues,
  log: (line: string) => void,
): Promise<void> {
  const outdated = outdatedProviders(state, config);
  if (outdated.length === 0) return;
  const targeted = outdated.flatMap((urn) => ["--target", urn]);
  await pulumi(["refresh", "--run-program", "--stack", stack, "--yes", "--skip-preview", ...targeted], root);
  const names = outdated.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
  log(`Recorded the new credential of ${names.join(", ")} in the state.`);
}
