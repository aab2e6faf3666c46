import { smokeOf } from "../../../config/index.ts";
import type { SmokeExpectation, SmokeKind } from "../../../config/index.ts";
import type { Check } from "./check.ts";
import { databaseLogin, query } from "./access.ts";

/** Menus and reports by their external ids, where the record is still there; models by their names. As in Odoo 18.0. */
const FOUND = `
  SELECT 'menu' AS kind, data.module || '.' || data.name AS name
  FROM public.ir_model_data AS data JOIN public.ir_ui_menu AS menu ON menu.id = data.res_id
  WHERE data.model = 'ir.ui.menu'
  UNION ALL
  SELECT 'report', data.module || '.' || data.name
  FROM public.ir_model_data AS data JOIN public.ir_act_report_xml AS report ON report.id = data.res_id
  WHERE data.model = 'ir.actions.report'
  UNION ALL
  SELECT 'model', model FROM public.ir_model`;

/** Whether the menus, models and reports are there that the tenant's bundles promise (`smoke:` in their files). */
export const objectsCheck: Check = async ({ spec, own, access, bundles }) => {
  const wanted = smokeOf(spec, bundles);
  const rows = await query<{ kind: SmokeKind; name: string }>(
    databaseLogin(own),
    access.settings.tenantsDatabase.sslmode,
    FOUND,
  );
  const there = new Set(rows.map(({ kind, name }) => `${kind} ${name}`));
  const missing = wanted.filter(({ kind, name }) => !there.has(`${kind} ${name}`));
  if (missing.length > 0) throw new Error(`not there: ${missing.map(textOf).join(", ")}`);
  const count = (of: SmokeKind): number => wanted.filter(({ kind }) => kind === of).length;
  return `${count("menu")} menus, ${count("model")} models and ${count("report")} reports of the bundles are there`;
};

function textOf({ kind, name, bundles }: SmokeExpectation): string {
  return `${kind} ${name} (bundle ${bundles.join(", ")})`;
}
