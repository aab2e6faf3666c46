import type pg from "pg";
import { formatDiagnostics } from "../../config/index.ts";
import { readModuleTables } from "../../config/moduleIndex.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { CREATED } from "./samples.ts";

/** A new record and its external id, for what has none yet: what was made by hand or taken away stays as it is. */
const INSERTS = {
  "ir.ui.menu": insert("ir_ui_menu", "name, active, sequence", "jsonb_build_object('en_US', new.name), true, 10"),
  "ir.actions.report": insert(
    "ir_act_report_xml",
    "name, type, model, report_type, report_name",
    "jsonb_build_object('en_US', new.name), 'ir.actions.report', 'res.partner', 'qweb-pdf', new.module || '.' || new.name",
  ),
  "ir.model": insert(
    "ir_model",
    "name, model, state, transient",
    "jsonb_build_object('en_US', new.title), new.title, 'base', false",
  ),
} as const;

function insert(table: string, columns: string, values: string): string {
  return `
    WITH new AS MATERIALIZED (
      SELECT nextval(pg_get_serial_sequence('${table}', 'id')) AS id, wanted.*
      FROM jsonb_to_recordset($1) AS wanted (module text, name text, title text)
      WHERE NOT EXISTS (SELECT FROM ir_model_data AS data WHERE data.module = wanted.module AND data.name = wanted.name)
    ), record AS (
      INSERT INTO ${table} (id, ${columns}, create_date, write_date)
      SELECT new.id, ${values}, $3::timestamp, $3::timestamp FROM new
    )
    INSERT INTO ir_model_data (module, name, model, res_id, create_date, write_date)
    SELECT new.module, new.name, $2, new.id, $3::timestamp, $3::timestamp FROM new`;
}

/** Makes the menus, models and reports that modules define (`modules/objects.json`), as their installation would. */
export async function seedObjects(client: pg.Client, modules: readonly string[]): Promise<void> {
  const { tables, diagnostics } = readModuleTables(PROJECT_ROOT);
  if (tables === undefined) throw new Error(formatDiagnostics(diagnostics));
  const defined = [...new Set(modules)].flatMap((module) => {
    const objects = tables.objects.get(module);
    return objects === undefined ? [] : [{ module, objects }];
  });
  const named = (kind: "menus" | "reports") =>
    defined.flatMap(({ module, objects }) => objects[kind].map((name) => ({ module, name, title: name })));
  // A model that several modules define is one record.
  const models = new Map(
    defined.flatMap(({ module, objects }) => objects.models.map((model) => [model, module] as const)).reverse(),
  );
  const externalIds = [...models].map(([title, module]) => ({
    module,
    name: `model_${title.replaceAll(".", "_")}`,
    title,
  }));
  for (const [model, records] of [
    ["ir.ui.menu", named("menus")],
    ["ir.model", externalIds],
    ["ir.actions.report", named("reports")],
  ] as const) {
    await client.query(INSERTS[model], [JSON.stringify(records), model, CREATED]);
  }
}
