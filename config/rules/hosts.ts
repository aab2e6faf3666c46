import {
  domainsAbove,
  LISTENERS_MAX,
  PLATFORM_LISTENERS,
  PlatformNames,
  publicHostFault,
  zoneFault,
  ZONES_FILE,
} from "../hosts.ts";
import type { HostFault } from "../hosts.ts";
import { platformProviderFault } from "../identityProviders.ts";
import { ALERT_SETTINGS_FILE } from "../alerts.ts";
import { platformHost } from "../names.ts";
import { isPublicSuffix } from "../publicSuffixes.ts";
import { quote, suggestion } from "../schemas/common.ts";
import { TENANT_ENVIRONMENTS } from "../schemas/tenant.ts";
import type { Tenant } from "../types.ts";
import { forTenants, tenantFile } from "./rule.ts";
import type { Rule, RuleInput, RuleProblem } from "./rule.ts";

/** A host of a tenant's own, and where it is written. */
interface CustomHost {
  readonly host: string;
  readonly tenant: Tenant;
  readonly environment: (typeof TENANT_ENVIRONMENTS)[number];
  readonly file: string;
  readonly path: RuleProblem["path"];
}

function customHosts(tenants: RuleInput["tenants"]): CustomHost[] {
  return [...tenants.values()].flatMap((tenant) =>
    TENANT_ENVIRONMENTS.flatMap((environment) =>
      (tenant.environments[environment]?.domains ?? []).map((host, index) => ({
        host,
        tenant,
        environment,
        file: tenantFile(tenant.id),
        path: ["environments", environment, "domains", index],
      })),
    ),
  );
}

function message(host: string, { wrong, expected }: HostFault): string {
  return `is ${quote(host)}, ${wrong}, expected ${expected}`;
}

/** Hosts belong to one tenant in one environment, and what is above or below one to no other tenant. */
export const uniqueHosts: Rule = ({ tenants }) => {
  const all = customHosts(tenants);
  const owners = new Map<string, CustomHost>();
  const problems: RuleProblem[] = [];
  const report = ({ file, path, host }: CustomHost, relation: string, other: CustomHost, expected: string) => {
    const whose = `${other.file} (${other.environment})`;
    problems.push({ file, path, message: message(host, { wrong: `${relation} ${whose} has`, expected }) });
  };
  for (const one of all) {
    const owner = owners.get(one.host);
    if (owner !== undefined) report(one, "which", owner, "a host of its own");
    else owners.set(one.host, one);
  }
  const reported = new Set<CustomHost>();
  const expected = "a host that is neither above nor below another tenant's";
  for (const one of all) {
    const above = domainsAbove(one.host)
      .map((domain) => owners.get(domain))
      .find((other) => other !== undefined && other.tenant !== one.tenant);
    if (above === undefined) continue;
    report(one, `below ${quote(above.host)}, which`, above, expected);
    if (!reported.has(above)) report(above, `above ${quote(one.host)}, which`, one, expected);
    reported.add(above);
  }
  return problems;
};

/** A tenant's own host can exist on the internet, is no name of any stack's settings, and is in a zone of its owner's team. */
export const customHostNames: Rule = ({ tenants, platform, zones }) => {
  const names = new PlatformNames(platform.names);
  return customHosts(tenants).flatMap(({ host, tenant, file, path }) => {
    const fault = publicHostFault(host) ?? names.fault(host) ?? (zones && zoneFault(host, tenant.owner.team, zones));
    return fault === undefined ? [] : [{ file, path, message: message(host, fault) }];
  });
};

/** Keycloak is sent to no server of the platform's in a company's name. */
export const identityProviderHosts: Rule = (input) => {
  const names = new PlatformNames(input.platform.names);
  return forTenants(({ sso: { identityProvider: provider } }) =>
    (["issuer", "authorizationUrl", "tokenUrl", "jwksUrl"] as const).flatMap((key) => {
      const address = provider?.[key];
      const fault = address === undefined ? undefined : platformProviderFault(address, names);
      if (address === undefined || fault === undefined) return [];
      return [{ path: ["sso", "identityProvider", key], message: message(address, fault) }];
    }),
  )(input);
};

/**
 * The host that the platform gives a tenant is no other name of any stack: a tenant `staging` would have the base domain of the
 * staging stack as its own. Ids stay, and tenants move between stacks: every stack's base domain counts.
 */
export const platformHostNames: Rule = (input) => {
  const names = new PlatformNames(input.platform.names);
  return forTenants(({ id }) =>
    input.platform.baseDomains.flatMap((baseDomain) => {
      const host = platformHost(id, baseDomain);
      const covered = names.coveredBy(host);
      if (covered === undefined) return [];
      const what = covered.name === host ? "which is" : `above ${covered.name},`;
      const wrong = `is named ${quote(id)}, whose host would be ${host}, ${what} a platform name (${covered.file})`;
      return [{ path: [], message: `${wrong}, expected another name` }];
    }),
  )(input);
};

/** The zones are domains that a tenant could have hosts below, and that one owner has. */
export const zoneNames: Rule = ({ zones, platform }) => {
  const names = new PlatformNames(platform.names);
  return [...(zones?.keys() ?? [])].flatMap((zone) => {
    const name = names.over(`x.${zone}`);
    const fault =
      publicHostFault(zone) ??
      (isPublicSuffix(zone)
        ? {
            wrong: "below which anyone can register names (https://publicsuffix.org)",
            expected: `a domain of the team's company such as "acme.${zone}"`,
          }
        : undefined) ??
      (name && {
        wrong: `in which every host is the platform's (${name.file} names ${name.name})`,
        expected: "a domain beside the platform's names, or above them",
      });
    return fault === undefined
      ? []
      : [{ file: ZONES_FILE, path: ["zones", zone], atKey: true, message: message(zone, fault) }];
  });
};

/**
 * The zones' teams are known: they own a tenant, now or in the archive, or have a channel for alerts.
 * With a tenant's file that cannot be read nobody knows its team.
 */
export const zoneTeams: Rule = ({ zones, names }) => {
  const { teams } = names;
  if (teams === undefined) return [];
  return [...(zones ?? [])].flatMap(([zone, owners]) =>
    owners.flatMap((team, index) =>
      teams.includes(team)
        ? []
        : [
            {
              file: ZONES_FILE,
              path: ["zones", zone, index],
              message: `is ${quote(team)}, a team that no tenant's owner.team names and ${ALERT_SETTINGS_FILE} has no channel of, expected ${suggestion(team, teams)}`,
            },
          ],
    ),
  );
};

/** The hosts of a stack's tenants fit in its Gateway. */
export const gatewayRoom: Rule = ({ tenants }) => {
  const counts = new Map<string, number>();
  const room = LISTENERS_MAX - PLATFORM_LISTENERS;
  return customHosts(tenants).flatMap(({ host, tenant: { cell }, environment, file, path }) => {
    const key = `${environment}/${cell}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count !== room + 1) return [];
    return [
      {
        file,
        path,
        message: message(host, {
          wrong: `host ${count} of the tenants of ${environment}, cell ${cell}, whose Gateway has ${LISTENERS_MAX} listeners, ${PLATFORM_LISTENERS} of them the platform's`,
          expected: `at most ${room}, or tenants in another cell`,
        }),
      },
    ];
  });
};
