import { Argument } from "@commander-js/extra-typings";
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
      "run downloads or builds them, which takes about twenty minutes with Go on two cores; later runs take milliseconds.",
  )
  .addArgument(new Argument("[groups...]", "groups of programs").choices(GROUPS))
  .option("--paths", "install only what the groups add to core, and print their folders, for $GITHUB_PATH")
  .action(async (groups, { paths = false }) => {
    for (const line of paths ? await programFolders(groups) : await toolchainPlaces(groups)) log(line);
  });
