import { MADE_THINGS } from "./events.ts";
import type { Moment } from "./events.ts";
import { descendants, kill, parentOf } from "./processes.ts";
import type { Random } from "./random.ts";
import { strike } from "./stage.ts";
import type { Fault, Stage } from "./stage.ts";

/** A moment around the creation of some type of resource. */
export function momentOf(random: Random, types: readonly string[]): Moment {
  return { when: random.pick(["before", "after"]), type: random.pick(types) };
}

function anyMoment({ random, types }: Stage): Moment {
  return random.below(3) === 0 ? { when: "made", what: random.pick(MADE_THINGS) } : momentOf(random, types);
}

/** The command and its engine end at once, as when the machine does: nothing puts anything in order. */
export const engineKilled: Fault = (stage, moment) =>
  strike(stage, moment ?? anyMoment(stage), "engine killed", async ({ engine, log }) => {
    const killed = await kill([parentOf(engine), engine]);
    const hasEnded = log.read().some(({ summaryEvent }) => summaryEvent !== undefined);
    return killed.includes(engine) && !hasEnded ? `process ${engine} killed, its events have no summary` : undefined;
  });

/** What runs the program ends, while the engine goes on. */
export const languageHostKilled: Fault = (stage, moment) =>
  strike(stage, moment ?? anyMoment(stage), "language host killed", async ({ engine }) => {
    const killed = await kill(descendants(engine, "pulumi-language-nodejs"));
    return killed.length > 0 ? `process ${killed.join(", ")} killed` : undefined;
  });

/** How a provider's process is known: by the package of the type that it makes. */
const PROVIDERS: Readonly<Record<string, string>> = {
  postgresql: "pulumi-resource-postgresql",
  keycloak: "pulumi-resource-keycloak",
  kubernetes: "pulumi-resource-kubernetes",
  odoosql: "providers/odoosql/main.ts",
};

/** A provider ends before or after it makes something. */
export const providerKilled: Fault = (stage, given) => {
  const name = stage.random.pick(Object.keys(PROVIDERS));
  const ofName = stage.types.filter((type) => type.startsWith(`${name}:`));
  const moment = given ?? momentOf(stage.random, ofName);
  const which = moment.when === "made" ? name : (moment.type.split(":")[0] ?? name);
  return strike(stage, moment, `provider ${which} killed`, async ({ engine }) => {
    const killed = await kill(descendants(engine, PROVIDERS[which] ?? which));
    return killed.length > 0 ? `process ${killed.join(", ")} killed` : undefined;
  });
};
