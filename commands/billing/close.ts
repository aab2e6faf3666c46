import { closeMonth, monthFrom } from "../../features/billing/index.ts";
import { command, log } from "../command.ts";
import { stackOption, withActing } from "./options.ts";

export default command("billing close", "End a month, so that only its late readings are awaited", "2026-11")
  .argument("<month>", "the month", monthFrom)
  .addOption(stackOption())
  .action(async (month, options) => {
    const { state, collectUntil } = await withActing(options, (database, acting) =>
      closeMonth(database, month, acting),
    );
    log(`${month} is ${state}; late readings are awaited until ${collectUntil ?? "its draft"}.`);
  });
