import assert from "node:assert/strict";
import { parseArgs } from "node:util";
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

function options(args: string[]): Options | undefined {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args, options: { seed: text, runs: text, only: text } });
    const kinds = values.only?.split(",").map((kind) => kind.trim()) ?? Object.keys(KINDS);
    const seed = Number(values.seed ?? Date.now() % 1_000_000);
    const runs = Number(values.runs ?? kinds.length);
    const isRight =
      Number.isInteger(seed) && Number.isInteger(runs) && runs > 0 && kinds.every((kind) => kind in KINDS);
    return isRight ? { seed, runs, kinds } : undefined;
  } catch {
    return undefined;
  }
}

async function run({ seed, runs, kinds }: Options): Promise<number> {
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
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`Not survived: ${now}`);
    return 1;
  } finally {
    console.log(figures.toString());
    await proxies.heal();
    if (isWhole || process.env.ODOO_E2E_KEEP !== "1") await world.destroy();
    else console.log(`kept: ${world.root} with home ${world.home}`);
    proxies.stop();
  }
}

const chosen = options(process.argv.slice(2));
if (chosen === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  process.exitCode = await run(chosen);
}
