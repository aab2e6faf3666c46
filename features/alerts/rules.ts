import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The rules that are written by hand, from the project's root. */
export const RULES_FOLDER = "alerts/rules";

const alertSchema = z.strictObject({
  alert: z.string().regex(/^Odoo[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(["warning", "critical"]), audience: z.enum(["owner", "platform"]) }),
  annotations: z.strictObject({
    summary: z.string(),
    description: z.string(),
    runbook_url: z.string().regex(/^docs\/runbooks\/alert-[a-z-]+\.md$/),
  }),
});

/** A number that alerts share. */
const recordSchema = z.strictObject({ record: z.string().regex(/^odoo_[a-z_]+$/), expr: z.string() });

const fileSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([alertSchema, recordSchema])) })),
});

/** An alert of `alerts/rules/`. */
export type AlertRule = z.output<typeof alertSchema>;

/** All alerts, in the order of their files' names. @throws when a file is not of the form that rules have here. */
export function readRules(folder: string): AlertRule[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => fileSchema.parse(parse(readFileSync(join(folder, name), "utf8"))).groups)
    .flatMap(({ rules }) => rules)
    .filter((rule) => "alert" in rule);
}
