import { chartForm, type Json } from "./chartForm.ts";
import { keyOf } from "./key.ts";
import { TEMPLATES, type Template, type TemplateDataset } from "./template.ts";

/** Version of Superset's own format of bundles. */
const FORMAT = "1.0.0";

/** What Superset connects to for a tenant. */
export interface Connection {
  /** As Superset's pods reach it. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly sslmode: string;
  /** The tenant's schema, which is all that the role may read. */
  readonly schema: string;
  readonly role: string;
}

/** Whose assets are rendered. */
export interface Subject {
  readonly stack: string;
  readonly tenant: string;
  readonly displayName: string;
  readonly connection: Connection;
  /** Templates by model. */
  readonly templates: ReadonlyMap<string, Template>;
  /** Where people find the templates, a URL; absent where the repository has no address. */
  readonly repository?: string | undefined;
}

/** A file of a bundle, by its path. */
export type Bundle = ReadonlyMap<string, Readonly<Record<string, Json>>>;

/** Name of a tenant's connection in Superset. */
export function connectionName(tenant: string): string {
  return `tenant ${tenant}`;
}

/** Key of a tenant's connection. */
export function connectionKey({ stack, tenant }: Pick<Subject, "stack" | "tenant">): string {
  return keyOf(stack, tenant, "database");
}

/** Key of a tenant's dashboard of a model. */
export function dashboardKey({ stack, tenant }: Pick<Subject, "stack" | "tenant">, model: string): string {
  return keyOf(stack, tenant, model, "dashboard");
}

/** Path in a bundle of the tenant's connection, by which its password is sent. */
export function connectionFile(tenant: string): string {
  return `databases/tenant-${tenant}.yaml`;
}

/**
 * Renders all of a tenant's assets: its one connection, and datasets, charts and the dashboard of each model.
 *
 * Without the password, which is sent beside the bundle.
 */
export function render(subject: Subject): Bundle {
  const files = new Map<string, Readonly<Record<string, Json>>>();
  files.set(connectionFile(subject.tenant), renderConnection(subject));
  for (const [model, template] of subject.templates) {
    for (const [name, dataset] of Object.entries(template.datasets)) {
      files.set(
        `datasets/tenant-${subject.tenant}/${fileName(model, name)}`,
        renderDataset(subject, model, name, dataset),
      );
    }
    for (const name of Object.keys(template.charts)) {
      files.set(
        `charts/tenant-${subject.tenant}/${fileName(model, name)}`,
        renderChart(subject, model, name, template),
      );
    }
    files.set(
      `dashboards/tenant-${subject.tenant}/${fileName(model, "dashboard")}`,
      renderDashboard(subject, model, template),
    );
  }
  return files;
}

function fileName(model: string, name: string): string {
  return `${model.replace("/", "-")}-${name}.yaml`;
}

/** That nobody edits what the next run overwrites, and where to edit it instead. */
function managed({ repository }: Subject, model?: string) {
  return {
    is_managed_externally: true,
    external_url:
      repository === undefined
        ? null
        : `${repository}/blob/main/${TEMPLATES}${model === undefined ? "" : `/${model}/dashboard.yaml`}`,
  };
}

function renderConnection(subject: Subject): Record<string, Json> {
  const { connection, tenant } = subject;
  const host = connection.host.includes(":") ? `[${connection.host}]` : connection.host;
  return {
    database_name: connectionName(tenant),
    // Superset's own mask: the password is sent beside the bundle.
    sqlalchemy_uri: `postgresql+psycopg2://${connection.role}:XXXXXXXXXX@${host}:${connection.port}/${connection.database}?sslmode=${connection.sslmode}`,
    cache_timeout: null,
    // The importer's own defaults for missing keys allow some of these.
    expose_in_sqllab: false,
    allow_run_async: false,
    allow_ctas: false,
    allow_cvas: false,
    allow_dml: false,
    allow_csv_upload: false,
    impersonate_user: false,
    extra: {
      allows_virtual_table_explore: false,
      disable_data_preview: true,
      disable_drill_to_detail: true,
      allow_multi_catalog: false,
      cost_estimate_enabled: false,
      engine_params: {
        connect_args: {
          application_name: `odoo-saas-analytics/${tenant}`,
          connect_timeout: 10,
          options: `-c search_path=${connection.schema} -c default_transaction_read_only=on -c statement_timeout=30000`,
        },
      },
    },
    uuid: connectionKey(subject),
    version: FORMAT,
    ...managed(subject),
  };
}

function renderDataset(
  subject: Subject,
  model: string,
  name: string,
  { table, columns, metrics }: TemplateDataset,
): Record<string, Json> {
  return {
    table_name: table,
    schema: subject.connection.schema,
    catalog: subject.connection.database,
    main_dttm_col: null,
    description: null,
    default_endpoint: null,
    offset: 0,
    cache_timeout: null,
    sql: null,
    params: null,
    template_params: null,
    filter_select_enabled: true,
    fetch_values_predicate: null,
    extra: null,
    normalize_columns: false,
    always_filter_main_dttm: false,
    uuid: keyOf(subject.stack, subject.tenant, model, "dataset", name),
    database_uuid: connectionKey(subject),
    columns: Object.entries(columns).map(([column, { type, label, sql }]) => ({
      column_name: column,
      verbose_name: label ?? null,
      is_dttm: type === "TIMESTAMPTZ" || type === "DATE",
      is_active: true,
      type,
      groupby: true,
      filterable: true,
      expression: sql ?? null,
      description: null,
      python_date_format: null,
      extra: null,
    })),
    metrics: Object.entries(metrics).map(([metric, { sql, label, format }]) => ({
      metric_name: metric,
      verbose_name: label,
      metric_type: null,
      expression: sql,
      description: null,
      d3format: format,
      extra: null,
      warning_text: null,
    })),
    version: FORMAT,
    ...managed(subject, model),
  };
}

function renderChart(
  subject: Subject,
  model: string,
  name: string,
  { charts, datasets }: Template,
): Record<string, Json> {
  const chart = charts[name];
  const dataset = chart === undefined ? undefined : datasets[chart.dataset];
  if (chart === undefined || dataset === undefined) throw new Error(`no chart ${name} with a dataset in ${model}`);
  const key = keyOf(subject.stack, subject.tenant, model, "chart", name);
  const form = chartForm(chart, dataset, key);
  const datasetKey = keyOf(subject.stack, subject.tenant, model, "dataset", chart.dataset);
  return {
    slice_name: chart.title,
    description: null,
    certified_by: null,
    certification_details: null,
    viz_type: form.vizType,
    params: form.params,
    // The importer puts the dataset's number in.
    query_context: JSON.stringify({
      datasource: { id: 0, type: "table" },
      force: false,
      queries: [form.query],
      form_data: form.params,
      result_format: "json",
      result_type: "full",
    }),
    cache_timeout: null,
    uuid: key,
    version: FORMAT,
    dataset_uuid: datasetKey,
    ...managed(subject, model),
  };
}

function renderDashboard(subject: Subject, model: string, template: Template): Record<string, Json> {
  return {
    dashboard_title: `${template.title} · ${subject.displayName}`,
    description: template.description,
    css: "",
    slug: null,
    certified_by: null,
    certification_details: null,
    published: true,
    uuid: dashboardKey(subject, model),
    position: layout(subject, model, template),
    metadata: {
      color_scheme: "supersetColors",
      cross_filters_enabled: false,
      refresh_frequency: 0,
    },
    version: FORMAT,
    ...managed(subject, model),
  };
}

/** Where each chart is, in the form of Superset's grid. */
function layout(subject: Subject, model: string, template: Template): Record<string, Json> {
  const nodes: Record<string, Json> = {
    DASHBOARD_VERSION_KEY: "v2",
    ROOT_ID: { type: "ROOT", id: "ROOT_ID", children: ["GRID_ID"] },
    GRID_ID: {
      type: "GRID",
      id: "GRID_ID",
      parents: ["ROOT_ID"],
      children: template.rows.map((_, index) => `ROW-${index}`),
    },
    HEADER_ID: { type: "HEADER", id: "HEADER_ID", meta: { text: template.title } },
  };
  let number = 0;
  for (const [index, row] of template.rows.entries()) {
    const id = `ROW-${index}`;
    const parents = ["ROOT_ID", "GRID_ID"];
    nodes[id] = {
      type: "ROW",
      id,
      parents,
      children: Object.keys(row.charts).map((name) => `CHART-${name}`),
      meta: { background: "BACKGROUND_TRANSPARENT" },
    };
    for (const [name, width] of Object.entries(row.charts)) {
      number += 1;
      nodes[`CHART-${name}`] = {
        type: "CHART",
        id: `CHART-${name}`,
        parents: [...parents, id],
        children: [],
        meta: {
          // The importer replaces the number by the chart's own.
          chartId: number,
          uuid: keyOf(subject.stack, subject.tenant, model, "chart", name),
          sliceName: template.charts[name]?.title ?? name,
          width,
          height: row.height,
        },
      };
    }
  }
  return nodes;
}
