import { analyticsNames, nameCollisions } from "../components/names.ts";
import { compareText } from "./diagnostics.ts";
import { bundledModules, closure, knownModules, PLATFORM_BUNDLE } from "./modules.ts";
import { show, suggestion } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import { domainMessage, isBelow } from "./select.ts";
import type { Catalogue, Tenant } from "./types.ts";
import { TENANT_ENVIRONMENTS } from "./schemas/tenant.ts";
import { cpuMillis } from "./quantity.ts";

/**
 * Rules across files. Each is a function from everything that could be read to what is wrong, so that all of it is
 * reported at once; a file with errors of its own is not held against the files that name it.
 */

/** What the rules judge. */
export interface RuleInput extends Catalogue {
  /** Names that exist, readable or not. Undefined: could not be told (plans.yaml is broken). */
  readonly names: {
    readonly bundles: readonly string[];
    readonly plans: readonly string[] | undefined;
    readonly releases: readonly string[];
  };
  /** Reporting models that `sql/tenant` has, such as `core/v1`. */
  readonly models: readonly string[];
  /** Base domains of the stacks, from `Pulumi.<stack>.yaml`. */
  readonly baseDomains: readonly string[];
}

/** A problem and the file it is in. */
export interface RuleProblem extends Omit<Problem, "atKey"> {
  readonly file: string;
  readonly atKey?: boolean;
}

/** A rule across files. */
export type Rule = (input: RuleInput) => RuleProblem[];

/**
 * Most tenants of one cell in one environment: each is a realm, one Keycloak serves a cell, and its admin API gets slow
 * at 200 to 300 realms (https://github.com/keycloak/keycloak/issues/11074 and the threads around it).
 */
export const MAX_TENANTS_PER_CELL = 200;

/** Tenant ids that name something else on a server: databases, roles, realms, namespaces and hosts that are not a tenant's. */
const RESERVED_IDS = new Set([
  ...["postgres", "template0", "template1", "pgbouncer", "authenticator", "anon", "authenticated", "service-role"],
  ...[
    "supabase",
    "odoo",
    "public",
    "information-schema",
    "master",
    "admin",
    "platform",
    "default",
    "system",
    "sandbox",
  ],
  ...[
    "www",
    "api",
    "app",
    "auth",
    "login",
    "sso",
    "mail",
    "smtp",
    "imap",
    "ftp",
    "ns1",
    "ns2",
    "mta-sts",
    "autodiscover",
  ],
  ...["status", "docs", "grafana", "superset", "keycloak", "console", "portal", "monitoring", "localhost", "wildcard"],
]);
const RESERVED_PREFIXES = ["kube-", "pg-", "supabase-", "xn-"];

function tenantFile(id: string): string {
  return `tenants/${id}.yaml`;
}

function forTenants(check: (tenant: Tenant, input: RuleInput) => Omit<RuleProblem, "file">[]): Rule {
  return (input) =>
    [...input.tenants.values()].flatMap((tenant) =>
      check(tenant, input).map((problem) => ({ file: tenantFile(tenant.id), ...problem })),
    );
}

/** Ids that would take a name from the platform or its servers. */
export const reservedIds: Rule = forTenants(({ id }) =>
  RESERVED_IDS.has(id) || RESERVED_PREFIXES.some((prefix) => id.startsWith(prefix))
    ? [{ path: [], message: `is named ${show(id)}, expected another name: this one is reserved` }]
    : [],
);

/** A tenant's bundles exist, and the platform's is not among them: everyone has it. */
export const knownBundles: Rule = forTenants((tenant, { names }) =>
  tenant.bundles.flatMap((bundle, index) => {
    const choices = names.bundles.filter((name) => name !== PLATFORM_BUNDLE);
    if (bundle === PLATFORM_BUNDLE) {
      return [{ path: ["bundles", index], message: 'is "platform", expected only others: every tenant has this one' }];
    }
    return choices.includes(bundle)
      ? []
      : [
          {
            path: ["bundles", index],
            message: `is ${show(bundle)}, which is not in bundles/, expected ${suggestion(bundle, choices)}`,
          },
        ];
  }),
);

/** A tenant's plan, and those of its environments, exist. */
export const knownPlans: Rule = forTenants((tenant, { names: { plans } }) => {
  if (plans === undefined) return [];
  const used: [path: string[], plan: string | undefined][] = [
    [["plan"], tenant.plan],
    ...TENANT_ENVIRONMENTS.map((name): [string[], string | undefined] => [
      ["environments", name, "plan"],
      tenant.environments[name]?.plan,
    ]),
  ];
  return used.flatMap(([path, plan]) =>
    plan === undefined || plans.includes(plan)
      ? []
      : [{ path, message: `is ${show(plan)}, which is not in plans.yaml, expected ${suggestion(plan, plans)}` }],
  );
});

/** Releases that environments name exist. */
export const knownReleases: Rule = forTenants((tenant, { names: { releases } }) =>
  TENANT_ENVIRONMENTS.flatMap((name) => {
    const release = tenant.environments[name]?.release;
    return release === undefined || releases.includes(release)
      ? []
      : [
          {
            path: ["environments", name, "release"],
            message: `is ${show(release)}, which is not in releases/, expected ${suggestion(release, releases)}`,
          },
        ];
  }),
);

/** Reporting models that tenants and bundles name exist. */
export const knownModels: Rule = ({ tenants, bundles, models }) => {
  const check = (file: string, path: string[], used: readonly string[]): RuleProblem[] =>
    used.flatMap((model, index) =>
      models.includes(model)
        ? []
        : [
            {
              file,
              path: [...path, index],
              message: `is ${show(model)}, which is not in sql/tenant/, expected ${suggestion(model, models)}`,
            },
          ],
    );
  return [
    ...[...tenants.values()].flatMap((tenant) =>
      check(tenantFile(tenant.id), ["analytics", "models"], tenant.analytics.models),
    ),
    ...[...bundles.values()].flatMap((bundle) => check(`bundles/${bundle.name}.yaml`, ["reporting"], bundle.reporting)),
  ];
};

/** Host names belong to one tenant in one environment, and never to the platform's own domains. */
export const uniqueHosts: Rule = ({ tenants, baseDomains }) => {
  const owners = new Map<string, string>();
  const problems: RuleProblem[] = [];
  for (const tenant of tenants.values()) {
    for (const name of TENANT_ENVIRONMENTS) {
      tenant.environments[name]?.domains.forEach((domain, index) => {
        const file = tenantFile(tenant.id);
        const path = ["environments", name, "domains", index];
        const owner = owners.get(domain);
        if (owner !== undefined) {
          problems.push({ file, path, message: `is ${show(domain)}, which ${owner} has, expected a host of its own` });
        }
        owners.set(domain, `${file} (${name})`);
        for (const base of baseDomains) {
          if (isBelow(domain, base)) problems.push({ file, path, message: domainMessage(domain, base) });
        }
      });
    }
  }
  return problems;
};

/** No two tenants make the same name on a server, as `acme` with its private schema `tenant_acme_data` and `acme-data` would. */
export const distinctNames: Rule = ({ tenants }) => {
  // Only ids with one of the suffixes can collide; with 10,000 tenants, comparing all names of all takes too long.
  const suspects = new Set<string>();
  const { schema, ...others } = analyticsNames("x");
  const suffixes = Object.values(others).map((name) => name.slice(schema.length).replaceAll("_", "-"));
  for (const id of tenants.keys()) {
    for (const suffix of suffixes) {
      const stem = id.slice(0, -suffix.length);
      if (id.endsWith(suffix) && tenants.has(stem)) suspects.add(id).add(stem);
    }
  }
  return nameCollisions([...suspects]).flatMap(({ name, tenants: [first, ...rest] }) =>
    rest.map((id) => ({
      file: tenantFile(id),
      path: [],
      message: `is named ${show(id)}, which makes the ${name} that tenant ${first ?? ""} has, expected another name`,
    })),
  );
};

/** A cell is not larger than its Keycloak can serve. */
export const cellCapacity: Rule = ({ tenants }) => {
  const counts = new Map<string, number>();
  const problems: RuleProblem[] = [];
  for (const { id, cell, environments } of tenants.values()) {
    for (const name of TENANT_ENVIRONMENTS) {
      if (environments[name] === undefined) continue;
      const key = `${name}/${cell}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count === MAX_TENANTS_PER_CELL + 1) {
        problems.push({
          file: tenantFile(id),
          path: ["cell"],
          message: `is ${show(cell)}, which has ${MAX_TENANTS_PER_CELL} tenants in ${name} before this one, expected another cell`,
        });
      }
    }
  }
  return problems;
};

/** What a tenant adds is described by a bundle and not there yet; what it removes is there, and nothing else needs it. */
export const tenantModules: Rule = (input) => {
  const known = knownModules(input.bundles);
  return forTenants((tenant) => {
    const { add, remove } = tenant.modules;
    if (add.length === 0 && remove.length === 0) return [];
    const bundled = bundledModules(tenant.bundles, input.bundles);
    const kept = closure([...[...bundled, ...add].filter((module) => !remove.includes(module))], known);
    const problems = add.flatMap((module, index) => {
      const path = ["modules", "add", index];
      if (!known.has(module)) {
        const message = `is ${show(module)}, which no bundle describes, expected ${suggestion(module, [...known.keys()])}`;
        return [{ path, message }];
      }
      if (remove.includes(module))
        return [{ path, message: `is ${show(module)}, which is also removed, expected one or the other` }];
      return bundled.has(module)
        ? [
            {
              path,
              message: `is ${show(module)}, which bundle ${known.get(module)?.bundle ?? ""} installs, expected only others`,
            },
          ]
        : [];
    });
    remove.forEach((module, index) => {
      const path = ["modules", "remove", index];
      const bundle = known.get(module)?.bundle ?? "";
      const needing = [...kept]
        .filter((other) => known.get(other)?.depends.includes(module) === true)
        .sort(compareText);
      if (!bundled.has(module)) {
        const message = `is ${show(module)}, which the tenant's bundles do not install, expected ${suggestion(module, [...bundled])}`;
        problems.push({ path, message });
      } else if (known.get(module)?.install === "always") {
        problems.push({
          path,
          message: `is ${show(module)}, which bundle ${bundle} cannot do without, expected another module`,
        });
      } else if (needing.length > 0) {
        const message = `is ${show(module)}, which ${needing.join(", ")} needs, expected that to be removed too`;
        problems.push({ path, message });
      }
    });
    return problems;
  })(input);
};

/** A bundle's features use its modules, its modules are used, and what they depend on is described. */
export const bundleModules: Rule = ({ bundles }) => {
  const known = knownModules(bundles);
  return [...bundles.values()].flatMap((bundle) => {
    const file = `bundles/${bundle.name}.yaml`;
    const problems: RuleProblem[] = [];
    const own = Object.keys(bundle.modules);
    const used = new Set(bundle.features.flatMap((feature) => feature.modules));
    bundle.features.forEach((feature, index) => {
      feature.modules.forEach((module, position) => {
        if (bundle.modules[module] !== undefined) return;
        const path = ["features", index, "modules", position];
        problems.push({
          file,
          path,
          message: `is ${show(module)}, which is not below modules, expected ${suggestion(module, own)}`,
        });
      });
      if ((feature.coverage === "none") !== (feature.modules.length === 0)) {
        const message = `is ${show(feature.coverage)} with ${feature.modules.length} modules, expected none exactly when there is no module`;
        problems.push({ file, path: ["features", index, "coverage"], message });
      }
    });
    const described = new Map(
      Object.entries(bundle.modules).map(([name, module]) => [name, { ...module, bundle: bundle.name }]),
    );
    const needed = closure(used, described);
    for (const [name, module] of Object.entries(bundle.modules)) {
      if (!needed.has(name)) {
        const message = "is a module that no feature has and no module depends on, expected a use of it";
        problems.push({ file, path: ["modules", name], atKey: true, message });
      }
      module.depends.forEach((dependency, index) => {
        const path = ["modules", name, "depends", index];
        if (!own.includes(dependency) && bundles.get(PLATFORM_BUNDLE)?.modules[dependency] === undefined) {
          const message = `is ${show(dependency)}, which neither this bundle nor the platform's describes, expected it below modules`;
          problems.push({ file, path, message });
        }
      });
      const first = known.get(name);
      if (first !== undefined && first.bundle !== bundle.name) {
        for (const key of ["origin", "repository", "version"] as const) {
          if (first[key] === module[key]) continue;
          const message = `is ${show(module[key])}, but ${show(first[key])} in bundle ${first.bundle}, expected the same in both`;
          problems.push({ file, path: ["modules", name, key], message });
        }
      }
    }
    return problems;
  });
};

/** Connections that a plan's processes hold when all are busy, and what its CPU lets its workers do. */
export const planSizes: Rule = ({ plans }) =>
  [...plans.values()].flatMap((plan) => {
    const problems: RuleProblem[] = [];
    // Each process holds one connection to the tenant's database and one to `postgres` (bus, cron); four are left for jobs.
    const connections = 2 * (plan.replicas * (plan.workers + 1) + plan.cronWorkers) + 4;
    if (plan.databaseConnections < connections) {
      problems.push({
        file: "plans.yaml",
        path: [plan.name, "databaseConnections"],
        message: `is ${plan.databaseConnections}, expected at least ${connections}: two for each worker, websocket and cron process, and four for jobs`,
      });
    }
    // Odoo's own rule of thumb (https://www.odoo.com/documentation/18.0/administration/on_premise/deploy.html#worker-number-calculation).
    const workers = Math.floor((2 * cpuMillis(plan.cpu.limit)) / 1000 + 1);
    if (plan.workers > workers) {
      problems.push({
        file: "plans.yaml",
        path: [plan.name, "workers"],
        message: `is ${plan.workers}, expected at most ${workers}: twice the CPU limit and one`,
      });
    }
    return problems;
  });

/** Every rule, in no particular order: what they find is sorted by position. */
export const RULES: readonly Rule[] = [
  reservedIds,
  knownBundles,
  knownPlans,
  knownReleases,
  knownModels,
  uniqueHosts,
  distinctNames,
  cellCapacity,
  tenantModules,
  bundleModules,
  planSizes,
];
