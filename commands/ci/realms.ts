import { parseCommand, UsageError } from "../command.ts";
import { Session } from "../../features/backups/session.ts";
import { withWorkspace } from "../../features/backups/workspace.ts";
import { runStep } from "../step.ts";
import { DeliveryError } from "../../features/delivery/errors.ts";

const USAGE = `usage: npm run ci:realms -- --stack STACK

Backs up the realm of each of a stack's tenants, as \`npm run backup -- TENANT --only realm\` does; one that fails does not keep
the others from it. Exit status: 0 all done, 1 one or more failed, 2 wrong usage.`;

await runStep(USAGE, "realms", async (args) => {
  const { values } = parseCommand(args, { stack: { type: "string" } });
  const { stack } = values;
  if (stack === undefined) throw new UsageError("--stack is missing, expected a stack of Pulumi.<stack>.yaml");
  const failed = await withWorkspace(async (folder) => {
    const session = await Session.open({ stack }, folder);
    const problems: string[] = [];
    for (const tenant of session.tenants) {
      try {
        await session.backUp(tenant, "realm", (line) => {
          console.log(line);
        });
      } catch (error) {
        problems.push(`${tenant}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return problems;
  });
  if (failed.length === 0) return true;
  throw new DeliveryError(`Realms were not backed up:\n${failed.join("\n")}`, "realms");
});
