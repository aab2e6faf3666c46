import { draftMonth, monthFrom } from "../../features/billing/index.ts";
import { command, finish, log } from "../command.ts";
import { byOption, stackOption, withActing } from "./options.ts";

export default command("billing draft", "Calculate a month's statements as drafts", "2026-11 --by ana-cruz")
  .description(
    "Calculates a month's statements and keeps them as drafts without numbers, with days that have no reading, tenants that cannot be billed, " +
      "and changes by day. Again: replaces them where something has changed since. Fails while a tenant cannot be billed.",
  )
  .argument("<month>", "the month", monthFrom)
  .addOption(stackOption())
  .addOption(byOption())
  .action(async (month, options) => {
    const { documents, holes, notBillable, changes, isNew, period } = await withActing(options, (database, acting) =>
      draftMonth(database, month, acting),
    );
    log(`${month}: ${isNew ? "drafted" : "the draft is as it was"}, by ${period.draftedBy ?? ""}.`);
    for (const { customer, currency, lines, totals } of documents) {
      log(`  ${customer.legalName}: ${totals.payable} ${currency}, of it tax ${totals.tax}; ${lines.length} lines`);
    }
    for (const { day, tenant, environment, from, to } of changes) {
      log(`  ${day} ${tenant} (${environment}): ${from === "" ? "nothing" : from} → ${to === "" ? "nothing" : to}`);
    }
    for (const { tenant, environment, meter, days } of holes) {
      console.error(`no reading: ${tenant} (${environment}) ${meter}, ${days.length} days: ${days.join(", ")}`);
    }
    for (const { tenant, environment, reason } of notBillable)
      console.error(`not billable: ${tenant} (${environment}): ${reason}`);
    finish(notBillable.length === 0);
  });
