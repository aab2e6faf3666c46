// Calls each command with an option that it does not have, in one process, and prints how each ended as JSON.
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { reportError } from "../../../commands/command.ts";
import { GROUPS } from "../../../commands/index.ts";
import { programFor } from "../../../commands/program.ts";

/** How a call ended. */
export interface Called {
  readonly status: number;
  readonly output: string;
}

async function call(...args: string[]): Promise<Called> {
  const program = await programFor(args);
  let output = "";
  const collect = (command: CommandUnknownOpts): void => {
    command.configureOutput({ writeOut: (text) => (output += text), writeErr: (text) => (output += text) });
    command.commands.forEach(collect);
  };
  collect(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return { status: 0, output };
  } catch (error) {
    return { status: reportError(error, program), output };
  }
}

const passesOn: readonly string[] = process.argv.slice(2);
const ended: Record<string, Called> = {};
for (const { name, commands } of GROUPS) {
  for (const verb of Object.keys(commands)) {
    const path = `${name} ${verb}`;
    ended[path] = await call(name, verb, passesOn.includes(path) ? "--help" : "--no-such-option");
  }
}
console.log(JSON.stringify(ended));
