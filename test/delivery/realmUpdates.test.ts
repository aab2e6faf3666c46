import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { update } from "../../features/delivery/deploy.ts";

const COMPONENTS = "odoo:saas:OdooTenant$odoo:saas:KeycloakRealm";
const REALM = `urn:pulumi:staging::odoo-saas::${COMPONENTS}$keycloak:index/realm:Realm::acme-realm`;
const CLIENT = `urn:pulumi:staging::odoo-saas::${COMPONENTS}$keycloak:openid/client:Client::acme-realm-client`;

/** An update of a stack whose preview shows these steps: the engine's commands, as far as they matter here. */
async function commandsOf(steps: readonly (readonly [op: string, urn: string])[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "odoo-saas-engine-"));
  const { PATH } = process.env;
  try {
    const events = steps.map(([op, urn], sequence) => {
      const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
      return { sequence, resourcePreEvent: { metadata: { op, urn, type, old: null, new: { parent: "" } } } };
    });
    writeFileSync(join(folder, "events"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    writeFileSync(
      join(folder, "pulumi"),
      `#!/bin/sh\necho "$@" >>'${folder}/log'\n[ "$1" != preview ] || cat '${folder}/events'\n`,
    );
    chmodSync(join(folder, "pulumi"), 0o755);
    mkdirSync(join(folder, "policies"));
    writeFileSync(join(folder, "policies/pulumi-analyzer-odoo-saas"), "");
    process.env["PATH"] = `${folder}${delimiter}${PATH ?? ""}`;
    await update(folder, "staging", () => undefined, []);
    return readFileSync(join(folder, "log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => {
        const [command = "", target] = [line.split(" ", 1)[0], / --target (\S+)/.exec(line)?.[1]];
        return target === undefined ? command : `${command} ${target}`;
      });
  } finally {
    process.env["PATH"] = PATH;
    rmSync(folder, { recursive: true });
  }
}

describe("update", () => {
  it("reads a realm from Keycloak before it is written as a whole", async () => {
    const changed = [
      ["update", REALM],
      ["update", CLIENT],
    ] as const;
    assert.deepEqual(await commandsOf(changed), ["preview", `refresh ${REALM}`, "up"]);
  });

  it("reads nothing for a realm that is new or stays as it is", async () => {
    assert.deepEqual(await commandsOf([["create", REALM]]), ["preview", "up"]);
    const others = [
      ["same", REALM],
      ["update", CLIENT],
    ] as const;
    assert.deepEqual(await commandsOf(others), ["preview", "up"]);
  });
});
