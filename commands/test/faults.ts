import { InvalidArgumentError } from "@commander-js/extra-typings";
import { FAULT_KINDS, runCampaign } from "../../test/faults/runCampaign.ts";
import { command, finish } from "../command.ts";

export default command("test faults", "Check that updates survive faults", "--seed 7 --runs 3 --only 'disk full'")
  .description(
    "In a sandbox of its own, each run makes a tenant and deletes that of the run before. Meanwhile one fault strikes, kind after kind. The next " +
      "update must end with everything as an undisturbed one makes it: no orphan, no duplicate, every database's rows there, and nothing left to change.",
  )
  .option(
    "--seed <number>",
    "draws the same moments as another run with this seed (default: a new one, which is printed)",
    integerFrom(0),
  )
  .option("--runs <number>", "number of runs (default: one per kind)", integerFrom(1))
  .option("--only <kinds>", `kinds, separated by commas: ${FAULT_KINDS.join(", ")} (default: all)`, readKinds)
  .action(async ({ seed = Date.now() % 1_000_000, only = FAULT_KINDS, runs = only.length }) => {
    finish(await runCampaign({ seed, runs, kinds: only }));
  });

function readKinds(text: string): readonly string[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind));
  if (unknown === undefined) return kinds;
  throw new InvalidArgumentError(
    `Unknown kind ${JSON.stringify(unknown)}, expected some of ${FAULT_KINDS.join(", ")}.`,
  );
}

function integerFrom(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= min && text.trim() !== "") return number;
    throw new InvalidArgumentError(`Expected an integer from ${min}.`);
  };
}
