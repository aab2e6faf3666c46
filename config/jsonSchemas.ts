import { z } from "zod";
import { alertsSchema } from "./schemas/alerts.ts";
import { approversSchema } from "./schemas/approvers.ts";
import { archiveSchema } from "./schemas/archive.ts";
import { companiesSchema, pricesSchema } from "./schemas/billing.ts";
import { consoleImageSchema } from "./schemas/consoleImage.ts";
import { fixesSchema } from "./schemas/fixes.ts";
import { bundleSchema } from "./schemas/bundle.ts";
import { catalogSchema } from "./schemas/catalog.ts";
import { moduleIndexSchema, moduleObjectsSchema } from "./schemas/moduleIndex.ts";
import { odooListsSchema } from "./schemas/odooLists.ts";
import { imageFileSchema } from "./schemas/image.ts";
import { plansSchema } from "./schemas/plan.ts";
import { releaseSchema } from "./schemas/release.ts";
import { requestersSchema } from "./schemas/requesters.ts";
import { tenantSchema } from "./schemas/tenant.ts";
import { vulnerabilitiesSchema } from "./schemas/vulnerabilities.ts";
import { zonesSchema } from "./schemas/zones.ts";

/**
 * JSON Schemas for editors, by file name below `schemas/`: what a person may write, so before defaults are filled in.
 * Rules across keys and files are not in them; `npm run validate` knows those.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const schemas = {
    tenant: tenantSchema,
    archive: archiveSchema,
    bundle: bundleSchema,
    fixes: fixesSchema,
    image: imageFileSchema,
    "console-image": consoleImageSchema,
    plans: plansSchema,
    companies: companiesSchema,
    prices: pricesSchema,
    release: releaseSchema,
    catalog: catalogSchema,
    vulnerabilities: vulnerabilitiesSchema,
    "module-index": moduleIndexSchema,
    "module-objects": moduleObjectsSchema,
    "odoo-lists": odooListsSchema,
    alerts: alertsSchema,
    approvers: approversSchema,
    requesters: requestersSchema,
    zones: zonesSchema,
  };
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.schema.json`,
      `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`,
    ]),
  );
}
