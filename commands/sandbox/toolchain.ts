import { Argument, Option } from "@commander-js/extra-typings";
import { exportToolchain, importToolchain } from "../../sandbox/toolchain/archive.ts";
import { GROUPS } from "../../sandbox/toolchain/parts.ts";
import { programFolders, toolchainPlaces } from "../../sandbox/toolchain/places.ts";
import { command, log } from "../command.ts";

export default command(
  "sandbox toolchain",
  "Install groups of the sandbox's programs and print where they are",
  "backup test",
)
  .description(
    "Installs groups of the sandbox's programs and prints where they are. Group core is always included, unless --paths is given. The first " +
      "run downloads or builds them, which takes about eight minutes for core with Go on two cores; later runs take milliseconds. --export and " +
      "--import move them to another machine with the same system and processor.",
  )
  .addArgument(new Argument("[groups...]", "groups of programs").choices(GROUPS))
  .addOption(
    new Option(
      "--paths",
      "install only what the groups add to core, and print their folders, for $GITHUB_PATH",
    ).conflicts(["export", "import"]),
  )
  .addOption(new Option("--export <file>", "also pack the programs into this archive (.tar.gz)").conflicts("import"))
  .option("--import <file>", "first take what is missing from this archive; its programs are run, so trust its origin")
  .action(async (groups, { paths = false, export: target, import: source }) => {
    if (source !== undefined) {
      const { added, others } = await importToolchain(source, console.error);
      console.error(`Imported ${added.length} parts from ${source}: ${added.join(", ")}`);
      if (others.length > 0) console.error(`Not of this version or machine, left out: ${others.join(", ")}`);
    }
    if (target !== undefined) await exportToolchain(groups, target, console.error);
    for (const line of paths ? await programFolders(groups) : await toolchainPlaces(groups)) log(line);
  });
