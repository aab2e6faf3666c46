import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readBaseRevision } from "../../config/baseRevision.ts";
import { readText } from "../../config/files.ts";
import { checkStackFiles, loadProjectFiles } from "../../config/index.ts";
import type { Diagnostic, ProjectFiles } from "../../config/index.ts";
import { tenantFile } from "../../config/rules/rule.ts";
import { changeReport } from "../lifecycle/index.ts";
import type { TenantChange } from "../lifecycle/index.ts";
import { RequestRefusal } from "./refusal.ts";
import type { Request } from "./request.ts";
import { changedFile } from "./tenantChange.ts";

/** What a request would do. */
export interface RequestCheck {
  /** Everything that stands against it, as `tenant validate` and `tenant changes` report it; empty: it can be sent. */
  readonly diagnostics: readonly Diagnostic[];
  /** Text of the tenant's file now; undefined for a new tenant. */
  readonly before: string | undefined;
  /** Text of the tenant's file afterwards; undefined where the change cannot be made. */
  readonly after: string | undefined;
  /** Tenants whose lifecycle, environments or cell change, and what that will do. */
  readonly changes: readonly TenantChange[];
  /** All files afterwards; undefined where something is wrong. */
  readonly files: ProjectFiles | undefined;
}

/**
 * Checks a request as the checks of its pull request will, beside the project's own files. Needs no credentials.
 *
 * @param root a clone of the repository at its main branch; it is left alone
 * @param deadline until when the request could be approved
 */
export function checkRequest(
  root: string,
  request: Request,
  { deadline, now }: { deadline: Date; now: Date },
): RequestCheck {
  const file = tenantFile(request.tenant);
  const read = readText(root, file);
  const before = "text" in read ? read.text : undefined;
  let after: string;
  try {
    after = changedFile(request, before, deadline);
  } catch (error) {
    if (!(error instanceof RequestRefusal)) throw error;
    const { diagnostics } = error;
    return {
      diagnostics:
        diagnostics.length > 0 ? diagnostics : [{ file, line: 1, column: 1, path: "", message: error.message }],
      before,
      after: undefined,
      changes: [],
      files: undefined,
    };
  }
  const copy = copyOf(resolve(root));
  try {
    writeFileSync(join(copy, file), after);
    const base = { name: "main", files: readBaseRevision(textsOf(root)) };
    const { report, projectFiles } = changeReport(copy, base, now);
    // What the change itself breaks says nothing of the stacks' files, which are checked all the same.
    const result = projectFiles === undefined ? loadProjectFiles(copy) : { ok: true as const, projectFiles };
    const diagnostics = result.ok
      ? [...report.diagnostics, ...checkStackFiles(copy, result.projectFiles)]
      : report.diagnostics;
    const files = result.ok && diagnostics.length === 0 ? result.projectFiles : undefined;
    return { diagnostics, before, after, changes: report.changes, files };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A folder in which everything is what a project has, but the tenants' files can be changed. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "odoo-saas-check-"));
  mkdirSync(join(copy, "tenants"));
  for (const name of readdirSync(root)) {
    if (name === "tenants") cpSync(join(root, name), join(copy, name), { recursive: true });
    else symlinkSync(join(root, name), join(copy, name));
  }
  return copy;
}

/** Texts of the tenants' files and archive records, by path. */
function textsOf(root: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const folder of ["tenants", "archive"]) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder)).filter((each) => each.endsWith(".yaml"))) {
      const read = readText(root, `${folder}/${name}`);
      if ("text" in read) texts.set(`${folder}/${name}`, read.text);
    }
  }
  return texts;
}
