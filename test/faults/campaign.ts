import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { findInstance, freePort, PORTS, PROGRAM_PORTS, throughVariable } from "../../sandbox/instance.ts";
import type { Instance, ProgramPort } from "../../sandbox/instance.ts";
import type { World } from "../e2e/support/world.ts";
import { Undisturbed } from "./inventory.ts";
import { Markers } from "./markers.ts";
import { Proxies } from "./proxies.ts";
import { Random } from "./random.ts";
import { CLIENT_TIMEOUT_SECONDS } from "./serviceFaults.ts";
import type { Fault } from "./stage.ts";
import { readState, typesOf } from "./state.ts";

/** The tenant that stays undisturbed; the others have its text. */
const REFERENCE = "tbwa-crm";
const tenantOf = (index: number): string => `zz-fault-${String(index).padStart(3, "0")}`;

/**
 * A sandbox in which tenants come and go while faults strike. Two tenants are there at a time, which keeps updates short:
 * one stays undisturbed, and each run makes another and deletes that of the run before.
 */
export class Campaign {
  readonly #world: World;
  readonly #proxies: Proxies;
  readonly #text: string;
  readonly #markers: Markers;
  readonly #undisturbed: Undisturbed;
  #runs = 0;

  private constructor(
    world: World,
    proxies: Proxies,
    { text, markers, undisturbed }: { text: string; markers: Markers; undisturbed: Undisturbed },
  ) {
    this.#world = world;
    this.#proxies = proxies;
    this.#text = text;
    this.#markers = markers;
    this.#undisturbed = undisturbed;
  }

  /** Starts a world's sandbox with the two tenants. @param proxies that {@link standBetween} has put there */
  static async start(world: World, proxies: Proxies): Promise<Campaign> {
    for (const file of readdirSync(join(world.root, "tenants"))) {
      if (file.endsWith(".yaml") && file !== `${REFERENCE}.yaml`) world.remove(`tenants/${file}`);
    }
    const text = world.read(`tenants/${REFERENCE}.yaml`);
    world.write(`tenants/${tenantOf(0)}.yaml`, text);
    await world.ok("sandbox start");
    shortenPatience(world);
    await world.ok("sandbox up", "--skip-preview");
    const instance = await open(world);
    const undisturbed = await Undisturbed.take(instance, REFERENCE, tenantOf(0));
    await undisturbed.check(tenantOf(0));
    return new Campaign(world, proxies, { text, markers: new Markers(instance), undisturbed });
  }

  /**
   * Lets a fault strike an update, and sees to it that the next one ends well.
   *
   * @returns what happened, for a person.
   * @throws AssertionError when the fault did not strike, or not all is as it should be afterwards.
   */
  async run(fault: Fault, seed: number): Promise<string> {
    const begin = Date.now();
    const world = this.#world;
    const [old, tenant] = [tenantOf(this.#runs), tenantOf(this.#runs + 1)];
    this.#runs++;
    await this.#markers.write();
    this.#markers.forget(old);
    rmSync(join(world.root, `tenants/${old}.yaml`));
    world.write(`tenants/${tenant}.yaml`, this.#text);
    // Secrets may be others than in the last run.
    const instance = await open(world);
    const types = typesOf(readState(instance), REFERENCE);
    const stage = { world, instance, tenant, types, random: new Random(seed), proxies: this.#proxies };
    const { what, update, proof } = await fault(stage);
    assert.ok(proof !== undefined, `The fault did not strike: ${what}. The update:\n${update.output}`);
    // A database that is there already is not to be lost by what comes now.
    await this.#markers.write();
    await world.ok("sandbox up", "--skip-preview");
    await world.ok("sandbox up", "--skip-preview", "--expect-no-changes");
    const things = await this.#undisturbed.check(tenant);
    const rows = await this.#markers.check();
    const end = update.status === 0 ? "put itself in order" : "failed, the next one did not";
    const seconds = Math.round((Date.now() - begin) / 1000);
    return `${what} (${proof}); the update ${end}; ${things} things as declared, ${rows} databases with their rows, ${seconds} s`;
  }
}

/** Puts proxies between the program and the services of a world that has not started yet. */
export async function standBetween(world: World): Promise<Proxies> {
  const ports = { ...NONE };
  const listen = { ...NONE };
  for (const name of PROGRAM_PORTS) {
    ports[name] = Number(world.env[PORTS[name].variable]);
    listen[name] = await freePort();
    world.env[throughVariable(name)] = String(listen[name]);
  }
  return await Proxies.start(ports, listen);
}

const NONE: Readonly<Record<ProgramPort, number>> = {
  tenantsDatabase: 0,
  analyticsDatabase: 0,
  kubernetes: 0,
  keycloak: 0,
};

const stackFile = z.looseObject({ config: z.record(z.string(), z.unknown()) });

/** Gives Keycloak's client less patience, so that runs with slow connections are short. */
function shortenPatience(world: World): void {
  const content = stackFile.parse(parse(world.read("Pulumi.sandbox.yaml")));
  const key = "odoo-saas:keycloak";
  const keycloak = z.looseObject({}).parse(content.config[key]);
  content.config[key] = { ...keycloak, timeoutSeconds: CLIENT_TIMEOUT_SECONDS };
  world.write("Pulumi.sandbox.yaml", stringify(content));
}

async function open(world: World): Promise<Instance> {
  const instance = await findInstance({ checkout: world.root, home: world.home, env: world.env });
  assert.ok(instance);
  return instance;
}
