import { createContext, use } from "react";
import type { Diagnostic } from "../../api/common.ts";
import { problemsAt } from "./tenantDraft.ts";

/** Problems that a form shows at its fields. */
export const DiagnosticsContext = createContext<readonly Diagnostic[]>([]);

/** Messages of a field, in the words of `npm run validate`; undefined if there are none. */
export function useProblems(...paths: readonly string[]): string | undefined {
  const found = problemsAt([...use(DiagnosticsContext)], paths);
  return found.length === 0 ? undefined : found.map(({ path, message }) => `${path} ${message}`.trim()).join("\n");
}
