import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { ALERT_SETTINGS_FILE, readAlertSettings } from "./alerts.ts";
import { isTenantId, TENANT_ID_MAX_LENGTH, TENANT_ID_MIN_LENGTH } from "./names.ts";
import { compareDiagnostics, compareText } from "./diagnostics.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { checkDocument, fitsIn } from "./document.ts";
import { listFolder, readText } from "./files.ts";
import { ZONES_FILE } from "./hosts.ts";
import type { Zones } from "./hosts.ts";
import { readModuleTables } from "./moduleIndex.ts";
import { COMPANIES_FILE, isCurrency, PRICES_FOLDER } from "./prices.ts";
import { RULES } from "./rules/index.ts";
import type { Rule, RuleInput } from "./rules/rule.ts";
import { archiveSchema } from "./schemas/archive.ts";
import { companiesSchema, pricesSchema } from "./schemas/billing.ts";
import { bundleSchema } from "./schemas/bundle.ts";
import type { BundleFile } from "./schemas/bundle.ts";
import { formatPath, releaseName, bundleName } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import { plansSchema } from "./schemas/plan.ts";
import { releaseSchema } from "./schemas/release.ts";
import { tenantSchema } from "./schemas/tenant.ts";
import type { TenantFile } from "./schemas/tenant.ts";
import { zonesSchema } from "./schemas/zones.ts";
import { stackNames } from "./stackFiles.ts";
import type { ArchiveRecord, Bundle, ProjectFilesResult, Plan, Release, Tenant } from "./types.ts";
import { parseYaml } from "./yaml.ts";
import type { SourceFile } from "./yaml.ts";

/** Maximum number of problems to report for one file. A file that people wrote has a handful. */
const MAX_PROBLEMS = 50;

/** What a file's text was read to before, by this version of the program; undefined: it was not, and is parsed. */
export type Remembered<Value> = (name: string, text: string) => Value | undefined;

/** Collects what is read and what is wrong, file by file. */
class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #root: string;
  /** Files in which a rule found something. */
  readonly #sources = new Map<string, SourceFile | undefined>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Reads a file and checks it against its schema. Undefined: something is wrong with it, and reported. */
  read<Schema extends z.ZodType>(
    file: string,
    schema: Schema,
    remembered?: (text: string) => z.output<Schema> | undefined,
  ): z.output<Schema> | undefined {
    const content = readText(this.#root, file);
    if ("diagnostics" in content) {
      this.diagnostics.push(...content.diagnostics);
      return undefined;
    }
    const known = remembered?.(content.text);
    if (known !== undefined) return known;
    const parsed = parseYaml(file, content.text, { fits: fitsIn(schema) });
    if ("diagnostics" in parsed) {
      this.diagnostics.push(...parsed.diagnostics);
      return undefined;
    }
    const { source } = parsed;
    const result = checkDocument(parsed, schema);
    if (result.ok) return result.data;
    const { problems } = result;
    this.diagnostics.push(...problems.slice(0, MAX_PROBLEMS).map(source.locate));
    if (problems.length > MAX_PROBLEMS) {
      const message = `has ${problems.length - MAX_PROBLEMS} more problems, expected the first ${MAX_PROBLEMS} to be fixed first`;
      this.diagnostics.push({ file, line: 1, column: 1, path: "", message });
    }
    return undefined;
  }

  /** A problem with its position. The file is parsed for it: most files have none, and all of them would take much memory. */
  locate(file: string, problem: Problem): Diagnostic {
    if (!this.#sources.has(file)) this.#sources.set(file, this.#sourceOf(file));
    // A deleted file has no positions.
    const nowhere = { file, line: 1, column: 1, path: formatPath(problem.path), message: problem.message };
    return this.#sources.get(file)?.locate(problem) ?? nowhere;
  }

  #sourceOf(file: string): SourceFile | undefined {
    const content = readText(this.#root, file);
    const parsed = "text" in content ? parseYaml(file, content.text) : undefined;
    return parsed !== undefined && "source" in parsed ? parsed.source : undefined;
  }

  /** Reads all files of a folder. */
  readFolder<Schema extends z.ZodType>(
    folder: string,
    schema: Schema,
    isName: (name: string) => boolean,
    expectedName: string,
    remembered: Remembered<z.output<Schema>> = () => undefined,
  ) {
    const { names, diagnostics } = listFolder(this.#root, folder, isName, expectedName);
    this.diagnostics.push(...diagnostics);
    const values = new Map<string, z.output<Schema>>();
    for (const name of names) {
      const value = this.read(`${folder}/${name}.yaml`, schema, (text) => remembered(name, text));
      if (value !== undefined) values.set(name, value);
    }
    return { names, values };
  }
}

/**
 * Reads and checks `tenants/`, `archive/` where there is one, `bundles/`, `releases/`, `plans.yaml`; `zones.yaml`,
 * `companies.yaml` and `prices/` where there are; and the index in `modules/`.
 *
 * @param root the project's root
 * @param more rules beside those that always hold
 * @param remembered tenants' files that need not be parsed again; the rules are held against them all the same
 * @returns the project files, or everything that is wrong in all files; it never throws.
 */
export function loadProjectFiles(
  root: string,
  more: readonly Rule[] = [],
  remembered?: Remembered<TenantFile>,
): ProjectFilesResult {
  const base = resolve(root);
  const reader = new Reader(base);
  const expectedId = `a tenant id: lower-case words joined by hyphens, ${TENANT_ID_MIN_LENGTH} to ${TENANT_ID_MAX_LENGTH} characters, such as "acme-finance"`;
  const tenantFiles = reader.readFolder("tenants", tenantSchema, isTenantId, expectedId, remembered);
  const records = existsSync(join(base, "archive"))
    ? reader.readFolder("archive", archiveSchema, isTenantId, expectedId).values
    : new Map<string, never>();
  const bundleFiles = readBundleFolder(reader);
  const releaseFiles = reader.readFolder(
    "releases",
    releaseSchema,
    matches(releaseName),
    'a release such as "18.0-2026.11"',
  );
  const planFile = reader.read("plans.yaml", plansSchema);
  const companies = existsSync(join(base, COMPANIES_FILE)) ? reader.read(COMPANIES_FILE, companiesSchema) : undefined;
  const priceFiles = existsSync(join(base, PRICES_FOLDER))
    ? reader.readFolder(PRICES_FOLDER, pricesSchema, isCurrency, 'a currency (ISO 4217) such as "PHP"')
    : { names: [], values: new Map<string, never>() };
  const { tables, diagnostics: unreadable } = readModuleTables(base);
  reader.diagnostics.push(...unreadable);

  const tenants = named(tenantFiles.values, (value, id): Tenant => ({ ...value, id }));
  const archive = named(records, (value, id): ArchiveRecord => ({ ...value, id }));
  const bundles = named(bundleFiles.values, (value, name): Bundle => ({ ...value, name }));
  const releases = named(releaseFiles.values, (value, name): Release => ({ ...value, name }));
  const prices = named(priceFiles.values, (value) => value.prices);
  const plans = named(new Map(Object.entries(planFile ?? {})), (value, name): Plan => ({ ...value, name }));

  const input: RuleInput = {
    tenants,
    archive,
    bundles,
    releases,
    plans,
    ...(companies === undefined ? {} : { companies }),
    prices,
    tables,
    names: {
      prices: priceFiles.names,
      bundles: bundleFiles.names,
      releases: releaseFiles.names,
      plans: planFile === undefined ? undefined : [...plans.keys()],
      teams:
        tenants.size < tenantFiles.names.length
          ? undefined
          : knownTeams(base, [...tenants.values(), ...archive.values()]),
    },
    models: reportingModels(base),
    platform: stackNames(base),
    zones: readZones(reader, base),
  };
  const rules = [...RULES, ...more];
  const found = rules.flatMap((rule) => rule(input));
  // A wrong entry of the index is reported for the index only, not for the files that name the module.
  const isBroken = tables !== undefined && tables.problems.length > 0;
  const reported = isBroken ? rules.flatMap((rule) => rule({ ...input, tables: undefined })) : found;
  for (const { file, path, message, atKey = false } of reported) {
    reader.diagnostics.push(reader.locate(file, { path, message, atKey }));
  }
  reader.diagnostics.push(...(tables?.problems ?? []));
  // Stryker disable next-line ConditionalExpression: For the compiler: an index that cannot be read is reported, and nothing of the project files that is used.
  return reader.diagnostics.length === 0 && tables !== undefined
    ? {
        ok: true,
        projectFiles: {
          ...{ tenants, archive, bundles, plans, releases, tables, prices },
          ...(companies === undefined ? {} : { companies }),
        },
      }
    : { ok: false, diagnostics: reader.diagnostics.sort(compareDiagnostics) };
}

/** Reads `bundles/` alone, against its schema and no rule: what a refresh of the index needs, which rules are held against. */
export function readBundles(root: string): {
  readonly values: ReadonlyMap<string, BundleFile>;
  readonly diagnostics: readonly Diagnostic[];
} {
  const reader = new Reader(resolve(root));
  const { values } = readBundleFolder(reader);
  return { values, diagnostics: reader.diagnostics.sort(compareDiagnostics) };
}

/** Zones of a project; without the file no tenant may have hosts of its own. */
function readZones(reader: Reader, root: string): Zones | undefined {
  if (!existsSync(join(root, ZONES_FILE))) return new Map();
  const file = reader.read(ZONES_FILE, zonesSchema);
  return file && new Map(Object.entries(file.zones));
}

/** Teams that own tenants, now or once, and those that `alerts/settings.yaml` has a channel of; undefined when that cannot be read. */
function knownTeams(
  root: string,
  owned: readonly { readonly owner: { readonly team: string } }[],
): string[] | undefined {
  const alerts = existsSync(join(root, ALERT_SETTINGS_FILE)) ? readAlertSettings(root) : undefined;
  if (alerts?.ok === false) return undefined;
  const notified = Object.keys(alerts?.settings.teams ?? {});
  return [...new Set([...owned.map(({ owner }) => owner.team), ...notified])].sort(compareText);
}

function readBundleFolder(reader: Reader) {
  return reader.readFolder("bundles", bundleSchema, matches(bundleName), 'a bundle name such as "finance-ppm"');
}

function matches(schema: z.ZodType): (name: string) => boolean {
  return (name) => schema.safeParse(name).success;
}

function named<In, Out>(
  values: ReadonlyMap<string, In>,
  add: (value: In, name: string) => Out,
): ReadonlyMap<string, Out> {
  return new Map([...values].sort(([a], [b]) => compareText(a, b)).map(([name, value]) => [name, add(value, name)]));
}

/** Reporting models there are: folders `sql/tenant/<model>/<version>`. */
function reportingModels(root: string): string[] {
  return folders(join(root, "sql/tenant")).flatMap((model) =>
    folders(join(root, "sql/tenant", model)).map((version) => `${model}/${version}`),
  );
}

/** Names of the folders in a folder that need not be there. */
function folders(path: string): string[] {
  try {
    // Stryker disable next-line MethodExpression: libuv lists folders sorted on Unix already; the order that is meant does not depend on it.
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort(compareText);
  } catch {
    return [];
  }
}
