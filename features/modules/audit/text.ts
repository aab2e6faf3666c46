import { counted, markdownTable, plainTable } from "../../../lib/markdownTable.ts";
import type { AuditReport, TenantAudit } from "./report.ts";

/** One part of the report: what it is of, and a table of it. */
interface Part {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Says what was looked for and by which dates. */
function basis({ release, indexDate, database, base }: AuditReport): string {
  const vulnerable =
    database === undefined
      ? "Vulnerabilities were not checked: there is no database (modules/vulnerabilities.json) or no lock (image/requirements.txt)."
      : `Vulnerabilities of ${counted(database.packages, "locked package")} by a database of ${database.date}, which contains nothing later (${database.source}).`;
  const compared = base === undefined ? "" : ` Coverage is compared with ${base}.`;
  return `Release ${release}. Versions and maintenance by the index of ${indexDate}. ${vulnerable}${compared}`;
}

function imagePart({ vulnerabilities }: AuditReport): Part {
  return {
    title: `The image: ${vulnerabilities.length === 1 ? "1 known vulnerability" : `${vulnerabilities.length} known vulnerabilities`}`,
    head: ["package", "version", "id", "fixed in", "asked for by", "what"],
    rows: vulnerabilities.map(({ package: name, version, id, fixed = "", modules, summary }) => [
      name,
      version,
      id,
      fixed,
      modules.join(", "),
      summary,
    ]),
  };
}

function tenantParts({ behind, unmaintained, licences, coverage }: TenantAudit): Part[] {
  return [
    {
      title: `${counted(behind.length, "module")} behind`,
      head: ["module", "version", "newest"],
      rows: behind.map(({ module, version, latest }) => [module, version, latest]),
    },
    {
      title: `${counted(unmaintained.length, "module")} without a release or commit in a year`,
      head: ["module", "last"],
      rows: unmaintained.map(({ module, released }) => [module, released]),
    },
    {
      title: `${counted(licences.length, "module")} that Odoo adds automatically under a licence that would be refused`,
      head: ["module", "licence"],
      rows: licences.map(({ module, licence }) => [module, licence]),
    },
    {
      title: `${counted(coverage.length, "feature")} with another coverage`,
      head: ["bundle", "feature", "before", "after", ""],
      rows: coverage.map(({ bundle, feature, from, to, change }) => [
        bundle,
        feature,
        from ?? "not there",
        to ?? "not there",
        change,
      ]),
    },
  ];
}

function heading({ tenant, environments, modules, vulnerabilities }: TenantAudit): string {
  const known =
    vulnerabilities.length === 0 ? "" : `, vulnerabilities its modules bring: ${vulnerabilities.join(", ")}`;
  return `${tenant} (${environments.join(", ")}): ${counted(modules.length, "module")}${known}`;
}

/** The audit for a terminal. */
export function auditText(report: AuditReport): string {
  const show = ({ title, head, rows }: Part): string =>
    rows.length === 0 ? title : `${title}\n${plainTable([head, ...rows])}`;
  return [
    basis(report),
    ...(report.database === undefined ? [] : [show(imagePart(report))]),
    ...report.tenants.map((tenant) => [heading(tenant), ...tenantParts(tenant).map(show)].join("\n\n")),
  ].join("\n\n");
}

/** The audit for a pull request. */
export function auditMarkdown(report: AuditReport): string {
  const show = ({ title, head, rows }: Part): string =>
    rows.length === 0 ? title : `${title}\n\n${markdownTable(head, rows)}`;
  return [
    "## Module audit",
    basis(report),
    ...(report.database === undefined ? [] : [show(imagePart(report))]),
    ...report.tenants.flatMap((tenant) => [`### ${heading(tenant)}`, ...tenantParts(tenant).map(show)]),
  ].join("\n\n");
}
