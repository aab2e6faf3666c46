import { log } from "../../sandbox/log.ts";
import { stopSandbox } from "../../sandbox/stop.ts";
import { command } from "../command.ts";

export default command("sandbox stop", "Stop the sandbox's services and keep their data").action(async () => {
  const stopped = await stopSandbox();
  log(
    stopped.length === 0
      ? "Nothing was running."
      : `Stopped: ${stopped.join(", ")}. Data is kept; npx odoo-saas sandbox start continues.`,
  );
});
