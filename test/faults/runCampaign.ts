import assert from "node:assert/strict";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { World } from "../e2e/support/world.ts";
import { Campaign, standBetween } from "./campaign.ts";
import { Figures } from "./figures.ts";
import { FAULTS } from "./kinds.ts";
import type { Fault } from "./stage.ts";

const KINDS: Readonly<Record<string, Fault>> = FAULTS;

/** Names of the kinds of faults. */
export const FAULT_KINDS: readonly string[] = Object.keys(KINDS);

/** What a campaign does. */
export interface CampaignOptions {
  /** Draws the moments. */
  readonly seed: number;
  /** Number of runs. */
  readonly runs: number;
  /** Of {@link FAULT_KINDS}, in their order. */
  readonly kinds: readonly string[];
}

/**
 * Runs a campaign in a sandbox of its own, and prints what it does.
 *
 * @returns whether every fault was survived
 * @throws UserError if the toolchain cannot be installed
 */
export async function runCampaign({ seed, runs, kinds }: CampaignOptions): Promise<boolean> {
  await ensureToolchain(["test"]);
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
      now = `npx odoo-saas test faults --seed ${seed + index} --runs 1 --only '${kind}'`;
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
