import tab from "@bomb.sh/tab";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { PROGRAM, UsageError } from "./command.ts";

const SHELLS: readonly string[] = ["zsh", "bash", "fish", "powershell"];

/**
 * Answers `complete <shell>` with a completion script for that shell, and `complete -- <words>` with the words that may follow, which
 * the script asks for.
 *
 * @param program with all groups and commands
 * @throws UsageError
 */
export function complete(program: CommandUnknownOpts, [first = "", ...words]: readonly string[]): void {
  for (const group of program.createHelp().visibleCommands(program)) {
    tab.command(group.name(), group.summary());
    for (const command of group.commands) describe(group.name(), command);
  }
  if (first === "--") tab.parse([...words]);
  else if (SHELLS.includes(first)) tab.setup(PROGRAM, PROGRAM, first);
  else throw new UsageError(`expected complete ${SHELLS.join(" | ")}`);
}

function describe(group: string, command: CommandUnknownOpts): void {
  const described = tab.command(`${group} ${command.name()}`, command.summary());
  for (const each of command.commands) describe(`${group} ${command.name()}`, each);
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2);
    if (name === undefined) continue;
    const takesValue = option.required || option.optional;
    if (!takesValue) described.option(name, option.description);
    else {
      described.option(name, option.description, (choose) => {
        for (const choice of option.argChoices ?? []) choose(choice, "");
      });
    }
  }
}
