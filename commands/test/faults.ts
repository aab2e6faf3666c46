import { InvalidArgumentError } from "@commander-js/extra-typings";
import { FAULT_KINDS, runCampaign } from "../../test/faults/runCampaign.ts";
import { command, finish } from "../command.ts";

export default command("test faults", "Check that updates survive faults", "--seed 7 --runs 3 --only 'disk full'")
  .description(
    "Runs in its own sandbox. Each run creates a tenant and deletes the previous run's tenant while one kind of fault strikes. The next " +
      "update must reach the state of an undisturbed one: no orphan, no duplicate, no lost rows, and nothing left to change.",
  )
  .option(
    "--seed <number>",
    "repeats the moments of an earlier run with this seed (default: a new seed, which is printed)",
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
