import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatDiagnostics, loadProjectFiles } from "../../config/index.ts";
import type { ProjectFiles } from "../../config/index.ts";

/** This project, with its own tenants. */
export const PROJECT = join(import.meta.dirname, "../..");

/** Files of a company whose tenants, bundles, plans and stacks change only for tests. */
export const COMPANY = join(PROJECT, "test/fixtures/tbwa");

/** What a company has from this project: links lead to the very modules that tests import. */
const LINKED = ["components", "config", "sql", "node_modules"];
/** Copied, since a module that is reached by a link would look for tenants where the link leads. */
const COPIED = ["index.ts", "package.json"];

/**
 * Runs a function with a checkout of the company's files, this project's program beside them, and removes the checkout when
 * the function is done.
 */
export async function withCompany<Result>(use: (root: string) => Result | Promise<Result>): Promise<Result> {
  const root = makeCheckout();
  try {
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The company's files, parsed and checked. @throws Error with what is wrong in them */
export function companyProjectFiles(): ProjectFiles {
  const root = makeCheckout();
  try {
    const result = loadProjectFiles(root);
    if (!result.ok) throw new Error(formatDiagnostics(result.diagnostics));
    return result.projectFiles;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function makeCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), "odoo-saas-company-"));
  cpSync(COMPANY, root, { recursive: true });
  for (const part of COPIED) cpSync(join(PROJECT, part), join(root, part));
  for (const part of LINKED) symlinkSync(join(PROJECT, part), join(root, part));
  return root;
}
