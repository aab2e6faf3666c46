import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportFiles, issuedOf, markExported, monthFrom } from "../../features/billing/index.ts";
import { command, log } from "../command.ts";
import { stackOption, withActing } from "./options.ts";

export default command(
  "billing export",
  "Write a final month's documents as CSV, PDF, UBL and for Odoo",
  "2026-11 --out statements",
)
  .description(
    "Writes each final document of a month: <number>.csv, .pdf, .xml (UBL 2.1, Peppol BIS Billing 3) and .account.move.csv, a draft for Odoo's " +
      "import, which updates by its external id. Again: the same files.",
  )
  .argument("<month>", "the month", monthFrom)
  .requiredOption("--out <folder>", "where the files are written")
  .addOption(stackOption())
  .action(async (month, { out, ...options }) => {
    await withActing(options, async (database, { now }) => {
      await markExported(database, month, now);
      mkdirSync(out, { recursive: true });
      for (const issued of await issuedOf(database, month)) {
        for (const [name, content] of await exportFiles(issued)) writeFileSync(join(out, name), content);
        log(`${join(out, issued.number)}.{csv,pdf,xml,account.move.csv}`);
      }
    });
  });
