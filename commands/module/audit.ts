import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import { suggestion } from "../../config/schemas/common.ts";
import { vulnerabilitiesSchema } from "../../config/schemas/vulnerabilities.ts";
import type { Vulnerabilities } from "../../config/schemas/vulnerabilities.ts";
import { auditReport, lockedVersions } from "../../features/modules/audit/report.ts";
import type { AuditInput } from "../../features/modules/audit/report.ts";
import { auditMarkdown, auditText } from "../../features/modules/audit/text.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../command.ts";
import { textOf } from "../../lib/textOf.ts";
import { catalogueAt } from "../../features/modules/changes/base.ts";

const USAGE = `usage: npm run audit -- RELEASE [--tenant ID] [--base REF] [--json | --markdown] [--root DIR]

Tells for each tenant of a release which modules it runs, which are behind or unmaintained, which Python packages of the image
have known vulnerabilities, and what is covered less or more than before. It needs no network. Exit status: 0 told, whatever was found,
1 the files or the commit cannot be used, 2 wrong usage.

  RELEASE      a release of releases/, such as 18.0-2026.11
  --tenant ID  this tenant only
  --base REF   branch, tag or commit that coverage is compared with
  --json       the answer as JSON on standard output
  --markdown   the answer as Markdown on standard output, for a comment on a pull request
  --root DIR   the folder that holds tenants/ and the others; default: this project`;

const DATABASE = "modules/vulnerabilities.json";
const LOCK = "image/requirements.txt";

/** Something that cannot be used; the message is for people. */
class AuditError extends UserError {}

function main(args: readonly string[]): boolean {
  const { values, positionals } = parseCommand(
    args,
    {
      tenant: { type: "string" },
      base: { type: "string" },
      json: { type: "boolean" },
      markdown: { type: "boolean" },
      root: { type: "string", default: PROJECT },
    },
    1,
  );
  const [release] = positionals;
  if (release === undefined) throw new UsageError("no release named, expected one of releases/");
  if (values.json === true && values.markdown === true) throw new UsageError("--json or --markdown, not both");
  const input = inputOf(values.root, release, values.base);
  const all = auditReport(input);
  const { tenant } = values;
  if (tenant !== undefined && !all.tenants.some((audited) => audited.tenant === tenant)) {
    const names = all.tenants.map((audited) => audited.tenant);
    throw new AuditError(
      `--tenant is "${tenant}", which does not run ${release}, expected ${suggestion(tenant, names)}`,
    );
  }
  const tenants = all.tenants.filter((audited) => tenant === undefined || audited.tenant === tenant);
  const report = { ...all, tenants };
  if (values.json === true) console.log(JSON.stringify(report, null, 2));
  else console.log(values.markdown === true ? auditMarkdown(report) : auditText(report));
  return true;
}

function inputOf(root: string, release: string, ref: string | undefined): AuditInput {
  const result = loadCatalogue(root);
  if (!result.ok) throw new AuditError(formatDiagnostics(result.diagnostics));
  const { catalogue } = result;
  if (!catalogue.releases.has(release)) {
    const expected = suggestion(release, [...catalogue.releases.keys()]);
    throw new AuditError(`The release is "${release}", which is not in releases/, expected ${expected}`);
  }
  const database = readDatabase(root);
  const lock = textOf(join(root, LOCK));
  return {
    catalogue,
    release,
    ...(database === undefined ? {} : { database }),
    ...(lock === undefined ? {} : { locked: lockedVersions(lock) }),
    ...(ref === undefined ? {} : { base: { ref, catalogue: catalogueAt(root, ref) } }),
  };
}

function readDatabase(root: string): Vulnerabilities | undefined {
  const text = textOf(join(root, DATABASE));
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AuditError(`${DATABASE} is no JSON, expected the generated file`);
  }
  const result = vulnerabilitiesSchema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AuditError(`${DATABASE}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""} (it is generated)`);
}

await runCommand(USAGE, main);
