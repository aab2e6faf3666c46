import assert from "node:assert/strict";
import { parseCommand, runCommand, UsageError } from "../../commands/command.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { required } from "../../sandbox/toolchain/require.ts";
import { World } from "../e2e/support/world.ts";
import { Campaign, standBetween } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { FAULTS } from "./kinds.ts";
import type { Fault } from "./stage.ts";

const KINDS: Readonly<Record<string, Fault>> = FAULTS;

const USAGE = `usage: npm run faults -- [--seed N] [--runs N] [--only KIND,KIND]

In a sandbox of its own, each run makes a tenant and deletes that of the run before, and meanwhile one fault strikes, kind
after kind. The next npm run up must end with everything as an undisturbed one makes it: no orphan, no duplicate, every
database's rows there, and nothing left to change.

  --seed N   draws the same moments as another run with this seed (default: a new one, which is printed)
  --runs N   default: as many as there are kinds
  --only     of ${Object.keys(KINDS).join(", ")}

Exit status: 0 all survived, 1 one was not, 2 wrong usage.`;

interface Options {
  readonly seed: number;
  readonly runs: number;
  readonly kinds: readonly string[];
}

/** @throws UsageError */
function options(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseCommand(args, { seed: text, runs: text, only: text });
  const kinds = values.only?.split(",").map((kind) => kind.trim()) ?? Object.keys(KINDS);
  const unknown = kinds.find((kind) => !Object.hasOwn(KINDS, kind));
  if (unknown !== undefined) {
    throw new UsageError(`--only has ${JSON.stringify(unknown)}, expected some of ${Object.keys(KINDS).join(", ")}`);
  }
  return {
    seed: integer("--seed", values.seed, Date.now() % 1_000_000, 0),
    runs: integer("--runs", values.runs, kinds.length, 1),
    kinds,
  };
}

/** The value of an option, or else its default. @throws UsageError */
function integer(option: string, value: string | undefined, otherwise: number, min: number): number {
  const number = Number(value ?? otherwise);
  if (Number.isInteger(number) && number >= min && value?.trim() !== "") return number;
  throw new UsageError(`${option} is ${JSON.stringify(value)}, expected a whole number from ${min} on`);
}

async function run({ seed, runs, kinds }: Options): Promise<boolean> {
  const figures = new Figures();
  const world = await World.create();
  const proxies = await standBetween(world);
  let now = "the start";
  let isWhole = false;
  try {
    const campaign = await Campaign.start(world, proxies);
    for (let index = 0; index < runs; index++) {
      const kind = kinds[index % kinds.length] ?? "";
      const fault = KINDS[kind];
      assert.ok(fault);
      now = `npm run faults -- --seed ${seed + index} --runs 1 --only '${kind}'`;
      figures.tried(kind);
      console.log(`${kind}, seed ${seed + index}: ${await campaign.run(fault, seed + index)}`);
      figures.survived(kind);
    }
    isWhole = true;
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`Not survived: ${now}`);
    return false;
  } finally {
    console.log(figures.toString());
    await proxies.heal();
    if (isWhole || process.env.ODOO_E2E_KEEP !== "1") await world.destroy();
    else console.log(`kept: ${world.root} with home ${world.home}`);
    proxies.stop();
  }
}

await runCommand(USAGE, async (args) => {
  const chosen = options(args);
  await required(ensureToolchain(["test"]));
  return await run(chosen);
});
