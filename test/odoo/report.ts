import type { Finding } from "./check.ts";

/** A finding, of which tenant and check. */
export interface Result extends Finding {
  readonly tenant: string;
  readonly check: string;
}

/** The results as a page: a table per check. */
export function reportPage(results: readonly Result[]): string {
  const checks = [...new Set(results.map(({ check }) => check))];
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const sections = checks.map((check) => {
    const rows = results
      .filter((result) => result.check === check)
      .map(
        ({ tenant, what, expected, found, outcome }) =>
          `| ${[tenant, what, expected, found].map(cell).join(" | ")} | ${outcome === "failed" ? "**failed**" : outcome} |`,
      );
    return [
      `## ${check}`,
      "",
      "| tenant | what | expected | found | outcome |",
      "| --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  return ["# A walk with a real Odoo", "", ...sections.flatMap((section) => [section, ""])].join("\n");
}
