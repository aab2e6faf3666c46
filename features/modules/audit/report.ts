import { bundlesOf, coverageChanges } from "../changes/changes.ts";
import type { CoverageChange } from "../changes/changes.ts";
import { compareText } from "../../../config/diagnostics.ts";
import type { ProjectFiles, Tenant } from "../../../config/index.ts";
import { imageModules, moduleResolver, modulesAlong } from "../../../config/modules.ts";
import { isInRanges } from "../../../config/pythonVersions.ts";
import { pinOf } from "../../../config/rules/bundleModules.ts";
import type { Vulnerabilities, Vulnerability } from "../../../config/schemas/vulnerabilities.ts";
import { isRefusedLicence } from "../../../config/solver.ts";

/** Days without a release or commit after which a module counts as unmaintained. */
export const UNMAINTAINED_DAYS = 365;

/** A known vulnerability of a locked package. */
export interface Finding extends Vulnerability {
  /** Version that is locked. */
  readonly version: string;
  /** Modules that ask for the package themselves. Empty: it comes with another package. */
  readonly modules: readonly string[];
}

/** What a tenant runs, and what is wrong with it. */
export interface TenantAudit {
  readonly tenant: string;
  readonly environments: readonly string[];
  /** Modules with their pins, sorted. */
  readonly modules: readonly { readonly module: string; readonly version: string }[];
  readonly behind: readonly { readonly module: string; readonly version: string; readonly latest: string }[];
  readonly unmaintained: readonly { readonly module: string; readonly released: string }[];
  /** Modules that Odoo installs by itself, whose licence would have been refused. */
  readonly licences: readonly { readonly module: string; readonly licence: string }[];
  /** Ids of the vulnerabilities whose package one of its modules asks for. */
  readonly vulnerabilities: readonly string[];
  readonly coverage: readonly CoverageChange[];
}

/** The audit of a release. */
export interface AuditReport {
  readonly release: string;
  /** The index's date: what is behind or unmaintained is so by then. */
  readonly indexDate: string;
  /** Commit that coverage is compared with. */
  readonly base?: string;
  /** The database of vulnerabilities. Absent: there is none, or no lock, and nothing was looked for. */
  readonly database?: { readonly date: string; readonly source: string; readonly packages: number };
  /** Vulnerabilities of the image, which every tenant runs. */
  readonly vulnerabilities: readonly Finding[];
  readonly tenants: readonly TenantAudit[];
}

/** What an audit is made of. */
export interface AuditInput {
  readonly projectFiles: ProjectFiles;
  readonly release: string;
  readonly database?: Vulnerabilities;
  /** Locked versions by package. */
  readonly locked?: ReadonlyMap<string, string>;
  readonly base?: { readonly ref: string; readonly projectFiles: ProjectFiles };
}

/** Locked versions by normalised name, of a requirements file with a `name==version` a line. */
export function lockedVersions(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s\\;]+)/gm)].map(([, name = "", version = ""]) => [
      normalised(name),
      version,
    ]),
  );
}

function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The audit of a release: of the image, and of every tenant that runs it, or runs its stack's release, which may be it. */
export function auditReport({ projectFiles, release, database, locked, base }: AuditInput): AuditReport {
  const { tables, bundles } = projectFiles;
  const modulesOf = moduleResolver(bundles, tables.modules);
  const vulnerabilities = findings(projectFiles, database, locked);
  const changes = base === undefined ? [] : coverageChanges(base.projectFiles, projectFiles);
  const along = modulesAlong(bundles, tables);
  const oldest = new Date(Date.parse(tables.date) - UNMAINTAINED_DAYS * 86_400_000).toISOString().slice(0, 10);
  const audited = [...projectFiles.tenants.values()].flatMap((tenant): TenantAudit[] => {
    const environments = environmentsOn(tenant, release);
    if (environments.length === 0) return [];
    const modules = modulesOf(tenant);
    const known = modules.flatMap((module) => {
      const entry = tables.modules.get(module);
      return entry === undefined ? [] : [{ module, entry, version: pinOf(entry) }];
    });
    const automatic = along(modules);
    return [
      {
        tenant: tenant.id,
        environments,
        modules: known.map(({ module, version }) => ({ module, version })),
        behind: known.flatMap(({ module, version, entry: { latest } }) =>
          latest === undefined ? [] : [{ module, version, latest }],
        ),
        // Odoo Community is maintained as a whole; the index has it of one day.
        unmaintained: known.flatMap(({ module, entry: { origin, released } }) =>
          origin === "ce" || released === undefined || released >= oldest ? [] : [{ module, released }],
        ),
        licences: automatic.flatMap((module) => {
          const licence = tables.modules.get(module)?.licence;
          return licence !== undefined && isRefusedLicence(licence) ? [{ module, licence }] : [];
        }),
        vulnerabilities: vulnerabilities
          .filter((finding) => finding.modules.some((module) => modules.includes(module)))
          .map(({ id }) => id),
        coverage: changes.filter(({ bundle }) => bundlesOf(tenant).includes(bundle)),
      },
    ];
  });
  return {
    release,
    indexDate: tables.date,
    ...(base === undefined ? {} : { base: base.ref }),
    ...(database === undefined || locked === undefined
      ? {}
      : { database: { date: database.date, source: database.source, packages: locked.size } }),
    vulnerabilities,
    tenants: audited,
  };
}

/** Environments in which a tenant runs a release: those that name it, and those that leave it to the stack. */
function environmentsOn(tenant: Tenant, release: string): string[] {
  return Object.entries(tenant.environments).flatMap(([name, environment]) =>
    environment.release === undefined || environment.release === release ? [name] : [],
  );
}

function findings(
  { bundles, tables }: ProjectFiles,
  database: Vulnerabilities | undefined,
  locked: ReadonlyMap<string, string> | undefined,
): Finding[] {
  if (database === undefined || locked === undefined) return [];
  const askers = new Map<string, string[]>();
  for (const module of imageModules(bundles, tables.modules)) {
    const entry = tables.modules.get(module);
    for (const requirement of entry?.requirements ?? entry?.python ?? []) {
      const name = normalised(/^[A-Za-z0-9][\w.-]*/.exec(requirement)?.[0] ?? "");
      askers.set(name, [...(askers.get(name) ?? []), module]);
    }
  }
  return database.vulnerabilities
    .flatMap((vulnerability): Finding[] => {
      const version = locked.get(vulnerability.package);
      if (version === undefined || !isInRanges(version, vulnerability.affected)) return [];
      return [{ ...vulnerability, version, modules: askers.get(vulnerability.package) ?? [] }];
    })
    .sort((a, b) => compareText(a.package, b.package) || compareText(a.id, b.id));
}
