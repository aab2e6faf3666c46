import type { TemplateChart, TemplateDataset } from "./template.ts";

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How Superset keeps a chart. */
export interface ChartForm {
  readonly vizType: string;
  /** What its editor shows, and its page sends. */
  readonly params: Readonly<Record<string, Json>>;
  /**
   * The query that the page makes of `params`. Superset lets guests send no other columns, metrics and orders than these, so they are
   * exactly what its own pages send.
   */
  readonly query: Readonly<Record<string, Json>>;
}

const VIZ_TYPES = {
  number: "big_number_total",
  bar: "echarts_timeseries_bar",
  line: "echarts_timeseries_line",
  table: "table",
} as const;

/** Makes a chart of a template as Superset keeps it. @param key of the chart, which names its condition */
export function chartForm(chart: TemplateChart, dataset: TemplateDataset, key: string): ChartForm {
  const { kind, metrics, by, where } = chart;
  const adhocFilters: Json[] =
    where === undefined
      ? []
      : [
          {
            clause: "WHERE",
            expressionType: "SQL",
            sqlExpression: where,
            filterOptionName: `filter_${key.replaceAll("-", "").slice(0, 12)}`,
            isExtra: false,
            isNew: false,
          },
        ];
  const shared = { viz_type: VIZ_TYPES[kind], adhoc_filters: adhocFilters };
  const query = {
    filters: [],
    extras: { having: "", where: where === undefined ? "" : `(${where})` },
    applied_time_extras: {},
    annotation_layers: [],
    series_limit: 0,
    url_params: {},
    custom_params: {},
    custom_form_data: {},
  };
  const format = dataset.metrics[metrics[0] ?? ""]?.format ?? ",d";
  switch (kind) {
    case "number": {
      const [metric = ""] = metrics;
      return {
        vizType: VIZ_TYPES[kind],
        params: { ...shared, metric, y_axis_format: format, header_font_size: 0.4, subheader_font_size: 0.15 },
        query: { ...query, columns: [], metrics: [metric], row_limit: 1, order_desc: true },
      };
    }
    case "bar":
    case "line": {
      const [axis = "", ...series] = by;
      return {
        vizType: VIZ_TYPES[kind],
        params: {
          ...shared,
          x_axis: axis,
          x_axis_sort_asc: true,
          x_axis_sort_series: "name",
          x_axis_sort_series_ascending: true,
          metrics,
          groupby: series,
          row_limit: chart.limit,
          order_desc: true,
          truncate_metric: true,
          show_empty_columns: true,
          y_axis_format: format,
          show_legend: metrics.length > 1 || series.length > 0,
          rich_tooltip: true,
          ...(kind === "bar" ? { orientation: "vertical" } : { markerEnabled: true }),
        },
        query: {
          ...query,
          columns: [
            {
              columnType: "BASE_AXIS",
              sqlExpression: axis,
              label: axis,
              expressionType: "SQL",
              isColumnReference: true,
            },
            ...series,
          ],
          metrics,
          series_columns: series,
          row_limit: chart.limit,
          order_desc: true,
          orderby: [[metrics[0] ?? "", false]],
        },
      };
    }
    case "table": {
      const table = {
        ...shared,
        row_limit: chart.limit,
        server_pagination: false,
        table_timestamp_format: "%Y-%m-%d %H:%M",
      };
      const isRaw = chart.columns.length > 0;
      const orders: Json[] = isRaw
        ? chart.order === undefined
          ? []
          : [[chart.order, true]]
        : [[metrics[0] ?? "", false]];
      return {
        vizType: VIZ_TYPES[kind],
        params: {
          ...table,
          query_mode: isRaw ? "raw" : "aggregate",
          ...(isRaw
            ? { all_columns: chart.columns, order_by_cols: orders.map((order) => JSON.stringify(order)) }
            : { groupby: by, metrics, order_desc: true }),
          color_pn: false,
          show_cell_bars: false,
        },
        query: {
          ...query,
          columns: isRaw ? chart.columns : by,
          ...(isRaw ? {} : { metrics }),
          orderby: orders,
          row_limit: chart.limit,
          order_desc: true,
        },
      };
    }
  }
}
