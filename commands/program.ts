import { Command } from "@commander-js/extra-typings";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { exampleOf, PROGRAM } from "./command.ts";
import { GROUPS } from "./index.ts";
import type { Group } from "./index.ts";

/** A command that treats errors as its parent does, and so do its own commands. */
function withSettingsOf(parent: CommandUnknownOpts, command: CommandUnknownOpts): CommandUnknownOpts {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) withSettingsOf(command, each);
  return command;
}

/** A group with some of its commands. */
async function loadGroup(
  parent: CommandUnknownOpts,
  group: Group,
  verbs: readonly string[],
): Promise<CommandUnknownOpts> {
  const command: CommandUnknownOpts = new Command(group.name).summary(group.summary).description(`${group.summary}.`);
  command.copyInheritedSettings(parent);
  for (const verb of verbs) {
    const loaded = (await group.commands[verb]?.())?.default;
    if (loaded !== undefined) command.addCommand(withSettingsOf(command, loaded));
  }
  return command.addHelpText(
    "after",
    `\nExamples:\n${command.commands.map((each) => `  ${exampleOf(each)}`).join("\n")}`,
  );
}

/** The text of `odoo-saas --help`: the commands by group, one sentence each. */
function overview(program: CommandUnknownOpts): string {
  const groups = program
    .createHelp()
    .visibleCommands(program)
    .filter(({ commands }) => commands.length > 0); // Commander's own `help` has none.
  const rows = groups.map((group) => ({
    title: group.summary(),
    commands: group.commands.map((each) => [`${group.name()} ${each.name()}`, each.summary()] as const),
  }));
  const width = Math.max(...rows.flatMap(({ commands }) => commands.map(([path]) => path.length)));
  return [
    `Usage: npx ${PROGRAM} <group> <command> [arguments]`,
    "",
    program.description(),
    ...rows.flatMap(({ title, commands }) => [
      "",
      `${title}:`,
      ...commands.map(([path, summary]) => `  ${path.padEnd(width)}  ${summary}`),
    ]),
    "",
    `npx ${PROGRAM} <group> --help shows examples. npx ${PROGRAM} complete <shell> prints completions.`,
    "Exit status: 0 success, 1 something was refused or failed, 2 wrong usage.",
    "",
  ].join("\n");
}

/** The command line for a call: with the one command that it names, else with all of the group that it names, else with everything. */
export async function programFor([groupName, verb = ""]: readonly string[]): Promise<CommandUnknownOpts> {
  const program: CommandUnknownOpts = new Command(`npx ${PROGRAM}`)
    .description("Turns a folder of tenant files into running Odoo tenants.")
    .showHelpAfterError()
    .exitOverride();
  const named = GROUPS.find(({ name }) => name === groupName);
  for (const group of named === undefined ? GROUPS : [named]) {
    const verbs = named !== undefined && Object.hasOwn(group.commands, verb) ? [verb] : Object.keys(group.commands);
    program.addCommand(await loadGroup(program, group, verbs), { hidden: group.hidden === true });
  }
  if (named === undefined) program.helpInformation = () => overview(program);
  return program;
}
