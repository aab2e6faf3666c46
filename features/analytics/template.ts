import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { formatPath, issueProblems } from "../../config/schemas/common.ts";
import { AnalyticsError } from "./analyticsError.ts";

/** Folder of the templates below the project's root. */
export const TEMPLATES = "analytics/superset";

/** File of a model's version that describes its dashboard. */
const FILE = "dashboard.yaml";

/** Columns of a row of a dashboard: Superset's own grid. */
const GRID = 12;

const name = z.string().regex(/^[a-z][a-z0-9_-]*$/);
const title = z.string().min(1).max(100);

const column = z.strictObject({
  /** PostgreSQL's type. */
  type: z.enum(["TEXT", "INTEGER", "BIGINT", "NUMERIC", "DOUBLE PRECISION", "BOOLEAN", "DATE", "TIMESTAMPTZ"]),
  /** Heading. @default the column's name */
  label: title.optional(),
  /** An expression over the view's columns. @default the column of this name */
  sql: z.string().min(1).optional(),
});

const metric = z.strictObject({
  /** An aggregate over the view's columns. */
  sql: z.string().min(1),
  label: title,
  /** Number format of d3. */
  format: z.string().min(1).default(",d"),
});

const dataset = z.strictObject({
  /** View in the tenant's schema. */
  table: name,
  columns: z.record(name, column),
  metrics: z.record(name, metric).default({}),
});

const chart = z
  .strictObject({
    title,
    /** `number`: one metric; `bar` and `line`: metrics by the first of `by`, one series for each value of the others. */
    kind: z.enum(["number", "bar", "line", "table"]),
    dataset: name,
    metrics: z.array(name).default([]),
    by: z.array(name).default([]),
    /** Columns of a table that aggregates nothing. */
    columns: z.array(name).default([]),
    /** Condition in SQL over the view's columns. */
    where: z.string().min(1).optional(),
    /** Column that a table of columns is sorted by, ascending. */
    order: name.optional(),
    /** Rows at most. */
    limit: z.int().min(1).max(10_000).default(1000),
  })
  .refine(({ kind, metrics }) => kind !== "number" || metrics.length === 1, { error: "a number has one metric" })
  .refine(({ kind, by, metrics }) => (kind !== "bar" && kind !== "line") || (by.length > 0 && metrics.length > 0), {
    error: "bars and lines have metrics, and columns in `by`",
  })
  .refine(({ kind, metrics, columns }) => kind !== "table" || (metrics.length === 0) !== (columns.length === 0), {
    error: "a table has either metrics or columns",
  });

const templateSchema = z
  .strictObject({
    title,
    description: z.string().min(1),
    datasets: z.record(name, dataset),
    charts: z.record(name, chart),
    rows: z.array(
      z.strictObject({
        /** In units of Superset's grid, 8 pixels. */
        height: z.int().min(5).max(100),
        /** Width of each chart by its name, in twelfths. */
        charts: z.record(name, z.int().min(1).max(GRID)),
      }),
    ),
  })
  .superRefine(({ datasets, charts, rows }, context) => {
    const report = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    for (const [id, { dataset: of, metrics, by, columns, order }] of Object.entries(charts)) {
      const found = datasets[of];
      if (found === undefined) {
        report(["charts", id, "dataset"], `"${of}" is not in datasets`);
        continue;
      }
      for (const each of metrics)
        if (!(each in found.metrics)) report(["charts", id, "metrics"], `"${each}" is not a metric of ${of}`);
      for (const each of [...by, ...columns, ...(order === undefined ? [] : [order])])
        if (!(each in found.columns)) report(["charts", id], `"${each}" is not a column of ${of}`);
    }
    const placed = rows.flatMap((row) => Object.keys(row.charts));
    for (const each of Object.keys(charts))
      if (placed.filter((other) => other === each).length !== 1)
        report(["rows"], `"${each}" is in ${placed.filter((other) => other === each).length} rows, expected one`);
    for (const [index, row] of rows.entries()) {
      for (const each of Object.keys(row.charts))
        if (!(each in charts)) report(["rows", index], `"${each}" is not in charts`);
      const width = Object.values(row.charts).reduce((sum, each) => sum + each, 0);
      if (width > GRID) report(["rows", index], `is ${width} columns wide, expected at most ${GRID}`);
    }
  });

/** A dashboard with its datasets and charts, without a tenant. */
export type Template = z.output<typeof templateSchema>;
/** A dataset of a template. */
export type TemplateDataset = z.output<typeof dataset>;
/** A chart of a template. */
export type TemplateChart = z.output<typeof chart>;

/**
 * Reads a model's template.
 *
 * @param model such as `finance_ppm/v1`
 * @returns nothing where the model has no dashboard, as `core/v1`
 * @throws AnalyticsError that lists everything that is wrong in the file
 */
export function readTemplate(root: string, model: string): Template | undefined {
  const file = join(root, TEMPLATES, model, FILE);
  if (!existsSync(file)) return undefined;
  const parsed = templateSchema.safeParse(parse(readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  const problems = issueProblems(parsed.error.issues).map(({ path, message }) => `${formatPath(path)} ${message}`);
  throw new AnalyticsError(`${TEMPLATES}/${model}/${FILE} is invalid: ${problems.join("; ")}`, "template");
}

/** Models that have a dashboard: `finance_ppm/v1`. */
export function modelsWithDashboards(root: string): string[] {
  const folders = (path: string) =>
    existsSync(path)
      ? readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
      : [];
  return folders(join(root, TEMPLATES))
    .flatMap((model) => folders(join(root, TEMPLATES, model)).map((version) => `${model}/${version}`))
    .filter((model) => existsSync(join(root, TEMPLATES, model, FILE)))
    .sort();
}
