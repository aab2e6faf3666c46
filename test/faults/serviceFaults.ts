import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Instance, ProgramPort } from "../../sandbox/instance.ts";
import { servicesStatus, startServices } from "../../sandbox/services/index.ts";
import { ensureToolchain } from "../../sandbox/toolchain/ensure.ts";
import { momentOf } from "./processFaults.ts";
import { kill } from "./processes.ts";
import type { Proxies, Toxic } from "./proxies.ts";
import { strike } from "./stage.ts";
import type { Fault, Stage } from "./stage.ts";

/** The services, and the types whose making needs each. */
const SERVICES: Readonly<Record<ProgramPort, { readonly service: string; readonly needs: RegExp }>> = {
  tenantsDatabase: {
    service: "tenants-database",
    needs: /^postgresql:index\/database:|^odoosql:index:(DatabaseSetup|ReportingViews)$/,
  },
  analyticsDatabase: { service: "analytics-database", needs: /^odoosql:index:AnalyticsSchema$/ },
  keycloak: { service: "keycloak", needs: /^keycloak:/ },
  kubernetes: { service: "kube-apiserver", needs: /^kubernetes:/ },
};

const momentAt = ({ random, types }: Stage, { needs }: { readonly needs: RegExp }) =>
  momentOf(
    random,
    types.filter((type) => needs.test(type)),
  );

/**
 * A service is killed and starts again.
 *
 * @param isStarted whether it is at once, as a supervisor would; otherwise the update itself has to find that it is gone
 */
function restarted(name: ProgramPort | undefined, isStarted: boolean): Fault {
  return (stage, moment) => {
    const { instance, random } = stage;
    const { service, needs } = SERVICES[name ?? random.pick(Object.keys(SERVICES) as ProgramPort[])];
    const running = () => servicesStatus(instance).find((status) => status.name === service)?.pid;
    return strike(stage, moment ?? momentAt(stage, { needs }), `${service} killed`, async () => {
      const before = running();
      const killed = before === undefined ? [] : await kill([before]);
      if (isStarted) await startAgain(instance, () => running() !== undefined);
      if (before === undefined || killed.length === 0) return undefined;
      return isStarted ? `process ${before} killed, now ${running() ?? "none"}` : `process ${before} killed`;
    });
  };
}

/** Starts what has stopped, unless the update has found that it is gone and was first. */
async function startAgain(instance: Instance, isRunning: () => boolean): Promise<void> {
  try {
    await startServices(instance, await ensureToolchain(["core"]), () => undefined);
  } catch (error) {
    if (!isRunning()) throw error;
  }
}

/** Seconds that connections are cut or reset: longer than the waits between a client's first tries. */
const CUT_SECONDS = 4;
/** Seconds that answers come late: longer than {@link CLIENT_TIMEOUT_SECONDS}, and than what PostgreSQL's clients wait. */
const SLOW_SECONDS = 45;
/** What the sandbox of connection faults sets for Keycloak's client; its default of two minutes would make runs long. */
export const CLIENT_TIMEOUT_SECONDS = 25;

/** The connections to a service are disturbed for some seconds, in the middle of an update. */
function disturbed(how: string, seconds: number, toxic: Toxic): Fault {
  return async (stage, moment) => {
    const { random, proxies } = stage;
    assert.ok(proxies, "connections can be disturbed only where something stands between");
    const name = random.pick(Object.keys(SERVICES) as ProgramPort[]);
    const when = moment ?? momentAt(stage, SERVICES[name]);
    return await strike(stage, when, `connections to ${SERVICES[name].service} ${how}`, ({ isOver }) =>
      whileDisturbed(proxies, name, toxic, seconds, isOver),
    );
  };
}

async function whileDisturbed(
  proxies: Proxies,
  name: ProgramPort,
  toxic: Toxic,
  seconds: number,
  isOver: () => boolean,
): Promise<string | undefined> {
  const [open, accepted] = [proxies.open(name), proxies.accepted(name)];
  await proxies.disturb(name, toxic);
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !isOver()) await sleep(100);
  await proxies.heal();
  const fresh = proxies.accepted(name) - accepted;
  return open + fresh > 0 ? `${open} open connections hit, and ${fresh} new ones` : undefined;
}

/** A service fails. */
export const SERVICE_FAULTS = {
  "PostgreSQL restarted": restarted("tenantsDatabase", true),
  "analytics PostgreSQL restarted": restarted("analyticsDatabase", true),
  "Keycloak restarted": restarted("keycloak", true),
  "API server restarted": restarted("kubernetes", true),
  "service gone": restarted(undefined, false),
} satisfies Readonly<Record<string, Fault>>;

/** The way to a service fails. Something must stand between the program and the services. */
export const CONNECTION_FAULTS = {
  "connections cut": disturbed("cut", CUT_SECONDS, { type: "limit_data", attributes: { bytes: 0 } }),
  "connections reset": disturbed("reset", CUT_SECONDS, { type: "reset_peer", attributes: { timeout: 0 } }),
  "connections slow": disturbed("slow", SLOW_SECONDS + 5, {
    type: "latency",
    attributes: { latency: SLOW_SECONDS * 1000 },
  }),
} satisfies Readonly<Record<string, Fault>>;
