import { join } from "node:path";
import { formatDiagnostics, loadProjectFiles } from "../../../config/index.ts";
import { suggestion } from "../../../config/schemas/common.ts";
import { vulnerabilitiesSchema } from "../../../config/schemas/vulnerabilities.ts";
import type { Vulnerabilities } from "../../../config/schemas/vulnerabilities.ts";
import { textOf } from "../../../lib/textOf.ts";
import { UserError } from "../../../lib/userError.ts";
import { projectFilesAt } from "../changes/projectFilesAt.ts";
import { auditReport, lockedVersions } from "./report.ts";
import type { AuditInput, AuditReport } from "./report.ts";

const DATABASE = "modules/vulnerabilities.json";
const LOCK = "image/requirements.txt";

/** What is audited beside a release. */
export interface AuditOptions {
  /** The only tenant. Default: all that run the release. */
  readonly tenant?: string | undefined;
  /** Branch, tag or commit that coverage is compared with. Default: none. */
  readonly base?: string | undefined;
}

/** Something that cannot be used. */
class AuditError extends UserError {}

/**
 * Audits the modules of a release and of the tenants that run it. Needs no network.
 *
 * @param release name of a release
 * @throws UserError if the files, the commit or one of the names cannot be used
 */
export function audit(root: string, release: string, { tenant, base }: AuditOptions): AuditReport {
  const report = auditReport(inputOf(root, release, base));
  if (tenant !== undefined && !report.tenants.some((audited) => audited.tenant === tenant)) {
    const names = report.tenants.map((audited) => audited.tenant);
    throw new AuditError(
      `--tenant is "${tenant}", which does not run ${release}, expected ${suggestion(tenant, names)}`,
    );
  }
  const tenants = report.tenants.filter((audited) => tenant === undefined || audited.tenant === tenant);
  return { ...report, tenants };
}

function inputOf(root: string, release: string, ref: string | undefined): AuditInput {
  const result = loadProjectFiles(root);
  if (!result.ok) throw new AuditError(formatDiagnostics(result.diagnostics));
  const { projectFiles } = result;
  if (!projectFiles.releases.has(release)) {
    const expected = suggestion(release, [...projectFiles.releases.keys()]);
    throw new AuditError(`The release is "${release}", which is not in releases/, expected ${expected}`);
  }
  const database = readDatabase(root);
  const lock = textOf(join(root, LOCK));
  return {
    projectFiles,
    release,
    ...(database === undefined ? {} : { database }),
    ...(lock === undefined ? {} : { locked: lockedVersions(lock) }),
    ...(ref === undefined ? {} : { base: { ref, projectFiles: projectFilesAt(root, ref) } }),
  };
}

function readDatabase(root: string): Vulnerabilities | undefined {
  const text = textOf(join(root, DATABASE));
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new AuditError(`${DATABASE} is not JSON, expected the generated file`);
  }
  const result = vulnerabilitiesSchema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AuditError(`${DATABASE}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""} (it is generated)`);
}
