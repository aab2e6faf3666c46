import { findSandbox } from "../../sandbox/instance.ts";
import { log as logProgress } from "../../sandbox/log.ts";
import { shellSetUp } from "../../sandbox/stack.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { command, log } from "../command.ts";

export default command("sandbox env", "Print shell commands that prepare a shell for plain pulumi and kubectl")
  .addHelpText("after", '\nIn a shell:\n  eval "$(npx odoo-saas sandbox env)"')
  .action(async () => {
    const instance = await findSandbox();
    log(shellSetUp(instance, await ensureToolchain(["core"], { log: logProgress })));
  });
