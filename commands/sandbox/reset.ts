import { log } from "../../sandbox/log.ts";
import { resetSandbox } from "../../sandbox/stop.ts";
import { command } from "../command.ts";

export default command("sandbox reset", "Stop the sandbox's services and delete their data").action(async () => {
  const home = await resetSandbox();
  log(home === undefined ? "There is no sandbox." : `Deleted: ${home}. The toolchain stays in the cache.`);
});
