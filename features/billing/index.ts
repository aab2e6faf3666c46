/** Charges: meters, months, documents and their numbers. */
export { BillingError } from "./billingError.ts";
export { addMonths, dayIn, daysOf, monthFrom } from "./calendar.ts";
export { BILLING_DATABASE_VARIABLE, withBilling } from "./connect.ts";
export { calculateMonth, projected } from "./calculate.ts";
export type { Change, Hole, MonthResult, NotBillable } from "./calculate.ts";
export { draftCredit, finaliseCredit } from "./credit.ts";
export type { BillingDocument, Issued } from "./document.ts";
export { documentSchema, lineSchema } from "./document.ts";
export { addEvents, eventsOf, rememberPayers } from "./events.ts";
export { keptDocuments, monthsOf, overviewOf, tenantCharges } from "./overview.ts";
export { planEvents } from "./readPlans.ts";
export { readUsage } from "./readUsage.ts";
export { meterEventSchema } from "./meters.ts";
export type { MeterEvent } from "./meters.ts";
export type { Acting } from "./period.ts";
export { meterStack } from "./meterStack.ts";
export type { CreditLine } from "./credit.ts";
export { exportFiles } from "./exportFiles.ts";
export {
  chainProblems,
  companiesOf,
  closeMonth,
  draftMonth,
  finaliseMonth,
  issuedOf,
  markExported,
  monthInput,
  periodOf,
} from "./period.ts";
export { onClient } from "./sql.ts";
export type { BillingDatabase, Sql } from "./sql.ts";
