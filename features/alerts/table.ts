import { basename } from "node:path";
import type { AlertRule } from "./rules.ts";

/** The page whose table is written from the rules. */
export const ALERTS_PAGE = "docs/alerts.md";

const BEGIN = "<!-- npx odoo-saas generate alerts writes from here -->";
const END = "<!-- to here -->";

/** The page with its table renewed. @throws when its marks are gone. */
export function withRulesTable(page: string, rules: readonly AlertRule[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${ALERTS_PAGE} lacks the lines ${BEGIN} and ${END}, between which the table goes`);
  }
  return `${before}${BEGIN}\n\n${table(rules)}\n\n${END}${after}`;
}

/** Padded as prettier pads tables. */
function table(rules: readonly AlertRule[]): string {
  const rows = rules.map(({ alert, for: since, labels, annotations }) => {
    const page = annotations.runbook_url.replace(/^docs\//, "");
    return [
      `\`${alert}\``,
      labels.severity,
      since ?? "at once",
      labels.audience === "owner" ? "platform, owner" : "platform",
      `[${basename(page)}](${page})`,
    ];
  });
  const all = [["alert", "severity", "after", "sent to", "runbook"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = all;
  return [lineOf(head), lineOf(widths.map((width) => "-".repeat(width))), ...body.map(lineOf)].join("\n");
}
