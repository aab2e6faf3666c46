import { draftCredit } from "../../features/billing/index.ts";
import type { CreditLine } from "../../features/billing/index.ts";
import { command, log, UsageError } from "../command.ts";
import { byOption, stackOption, withActing } from "./options.ts";

export default command(
  "billing credit",
  "Draft a credit note on lines of a final statement",
  'STM-2026-0001 --line 1=250.00 --reason "Outage on 3 November" --by ana-cruz',
)
  .description(
    "Drafts a credit note that takes back at most what is left of each line, tax excluded. Another person makes it final: billing finalise " +
      "--credit-note. Again: finds the same draft.",
  )
  .argument("<number>", "the statement's number")
  .requiredOption("--line <position=amount...>", "line, and the net amount that is taken back")
  .requiredOption("--reason <text>", "why; it is on the document")
  .addOption(stackOption())
  .addOption(byOption())
  .action(async (number, { line, reason, ...options }) => {
    const id = await withActing(options, (database, acting) =>
      draftCredit(database, number, { lines: line.map(creditLine), reason }, acting),
    );
    log(
      `Credit note ${id} is drafted. To make it final, as another person: npx odoo-saas billing finalise --credit-note ${id}`,
    );
  });

function creditLine(text: string): CreditLine {
  const [, position, amount] = /^(\d{1,6})=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (position === undefined || amount === undefined) {
    throw new UsageError(`--line ${JSON.stringify(text)} is not a line and an amount, expected such as 1=250.00`);
  }
  return { position: Number(position), amount };
}
