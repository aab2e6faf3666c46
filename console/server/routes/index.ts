import type { Route } from "../route.ts";
import { readAudit } from "./audit.ts";
import { downloadDocument, readDocument, readLineEvents } from "./billing/documents.ts";
import { billingOverview } from "./billing/overview.ts";
import { closeBilling, draftBilling, finaliseBilling } from "./billing/steps.ts";
import { dashboard } from "./dashboard.ts";
import { options } from "./options.ts";
import { createRequest } from "./requests/create.ts";
import { requestEvents } from "./requests/events.ts";
import { listRequests } from "./requests/list.ts";
import { checkRequest } from "./requests/preflight.ts";
import { readRequest } from "./requests/read.ts";
import { search } from "./search.ts";
import { session } from "./session.ts";
import { tenantAccess } from "./tenants/access.ts";
import { tenantChanges } from "./tenants/changes.ts";
import { tenantsCsv } from "./tenants/csv.ts";
import { tenantData } from "./tenants/data.ts";
import { tenantInfra } from "./tenants/infra.ts";
import { listTenants } from "./tenants/list.ts";
import { tenantMoney } from "./tenants/money.ts";
import { tenantModules } from "./tenants/modules.ts";
import { readTenant } from "./tenants/read.ts";

/** Every route below `/api` that needs a session. */
export const ROUTES: readonly Route[] = [
  session,
  dashboard,
  listTenants,
  tenantsCsv,
  readTenant,
  tenantChanges,
  tenantModules,
  tenantInfra,
  tenantData,
  tenantAccess,
  tenantMoney,
  options,
  checkRequest,
  createRequest,
  listRequests,
  readRequest,
  requestEvents,
  billingOverview,
  closeBilling,
  draftBilling,
  finaliseBilling,
  readDocument,
  readLineEvents,
  downloadDocument,
  readAudit,
  search,
];
