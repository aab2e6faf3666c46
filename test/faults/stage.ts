import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../../sandbox/instance.ts";
import type { Finished, World } from "../e2e/support/world.ts";
import { comes, EventLog, momentText, PAUSE_MS } from "./events.ts";
import type { Moment } from "./events.ts";
import { enginePid } from "./processes.ts";
import type { Proxies } from "./proxies.ts";
import type { Random } from "./random.ts";

/** What a fault is done to. */
export interface Stage {
  readonly world: World;
  readonly instance: Instance;
  /** The tenant that the update makes. */
  readonly tenant: string;
  /** Types of what a tenant has in the state. */
  readonly types: readonly string[];
  readonly random: Random;
  /** What stands between the program and the services; absent where nothing does. */
  readonly proxies?: Proxies;
}

/** A fault that has been done. */
export interface Done {
  /** What was done and when, for a person. */
  readonly what: string;
  /** How the update ended that it was done to. */
  readonly update: Finished;
  /** What shows that the fault hit; undefined when it did not. */
  readonly proof: string | undefined;
}

/** A kind of fault. Draws the moment unless one is given. */
export type Fault = (stage: Stage, moment?: Moment) => Promise<Done>;

/** An update under way, in which a moment has come. */
export interface Under {
  /** Process id of its engine. */
  readonly engine: number;
  readonly log: EventLog;
  readonly isOver: () => boolean;
}

/**
 * Starts an update, and does something at a moment of it.
 *
 * @param act does it, and tells what shows that it hit
 */
export async function strike(
  { world, instance, tenant }: Stage,
  moment: Moment,
  what: string,
  act: (under: Under) => Promise<string | undefined>,
): Promise<Done> {
  const log = new EventLog(join(instance.home, `events-${process.hrtime.bigint()}.json`));
  let over = false;
  const isOver = () => over;
  const update = world
    .cliWith({ PULUMI_DEBUG_COMMANDS: "true" }, "sandbox up", "--skip-preview", "--event-log", log.path)
    .finally(() => (over = true));
  const doIt = async () => {
    const hasCome = await comes(moment, { instance, tenant, log, isOver });
    // What an earlier update had made is there before this one's engine is.
    while (enginePid(instance) === undefined && !isOver()) await sleep(PAUSE_MS);
    const engine = enginePid(instance);
    return hasCome && engine !== undefined ? await act({ engine, log, isOver }) : undefined;
  };
  const [struck, ended] = await Promise.allSettled([doIt(), update]);
  if (struck.status === "rejected") throw struck.reason;
  if (ended.status === "rejected") throw ended.reason;
  return { what: `${what} ${momentText(moment)}`, update: ended.value, proof: struck.value };
}
