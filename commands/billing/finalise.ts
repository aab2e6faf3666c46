import { finaliseCredit, finaliseMonth, monthFrom } from "../../features/billing/index.ts";
import { command, log, UsageError } from "../command.ts";
import { byOption, stackOption, withActing } from "./options.ts";

export default command("billing finalise", "Make a month's drafts final, with numbers", "2026-11 --by jo-santos")
  .description(
    "Gives each draft of a month, or one credit note, the next number of its series. Nobody finalises what they drafted. A final document " +
      "never changes: what is wrong in it is taken back by a credit note.",
  )
  .argument("[month]", "the month", monthFrom)
  .option("--credit-note <id>", "the draft of a credit note instead, by the id that billing credit printed")
  .addOption(stackOption())
  .addOption(byOption())
  .action(async (month, { creditNote, ...options }) => {
    if ((month === undefined) === (creditNote === undefined)) {
      throw new UsageError("expected either a month or --credit-note");
    }
    const issued = await withActing(options, async (database, acting) =>
      month === undefined
        ? [await finaliseCredit(database, creditNote ?? "", acting)]
        : finaliseMonth(database, month, acting),
    );
    for (const { number, document } of issued) {
      log(`${number}: ${document.customer.legalName}, ${document.totals.payable} ${document.currency}`);
    }
  });
