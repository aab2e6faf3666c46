import { modulesSchema } from "../../../api/tenants.ts";
import { Problem } from "../../problem.ts";
import { modulesOf } from "../../project/modules.ts";
import { nothing, route } from "../../route.ts";
import { findTenant } from "./find.ts";

export const tenantModules = route({
  method: "get",
  path: "/tenants/{id}/modules",
  action: "modules:read",
  summary: "What Odoo installs for a tenant, and why each module is there",
  query: nothing,
  body: nothing,
  answer: modulesSchema,
  handle: async ({ services: { database, project }, param }) => {
    const { id } = await findTenant(database, param("id"));
    const files = project.files();
    const tenant = files.tenants.get(id);
    if (tenant === undefined)
      throw new Problem(404, `tenants/${id}.yaml is not on the main branch: nothing is installed`);
    return modulesOf(tenant, files);
  },
});
