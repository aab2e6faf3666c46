import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { eventSchema } from "../../features/events/index.ts";
import { inventorySchema } from "../../features/inventory/index.ts";
import { world } from "./support/hooks.ts";

/** Texts that a secret could hide in: as it is, and encoded. */
function forms(secret: string): string[] {
  return [secret, Buffer.from(secret).toString("base64").replace(/=+$/, ""), encodeURIComponent(secret)];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every secret of the sandbox and its tenants, in each form. */
async function secretTexts(): Promise<string[]> {
  const { home } = world();
  const own = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(home, "secrets.json"), "utf8")));
  const tenants = Object.values(await world().tenants()).flatMap(({ database, realm, analytics, backup }) => [
    database.password,
    realm.clientSecret,
    analytics.password,
    backup.password,
  ]);
  const secrets = [...new Set([...Object.values(own), ...tenants])].flatMap(forms);
  assert.ok(secrets.length > 50);
  return secrets;
}

describe("secrets", () => {
  it("are nowhere in plain text: not in state and its history, logs, settings, nor in anything printed so far", async () => {
    const { home, root, printed } = world();
    const secrets = await secretTexts();
    const files = [
      ...filesBelow(join(home, "pulumi")),
      ...filesBelow(join(home, "logs")),
      ...filesBelow(join(home, "run")),
      ...filesBelow(join(home, "events")),
      join(root, "Pulumi.sandbox.yaml"),
    ];
    // The passphrase file is how Pulumi is given the key of its own encryption.
    const places = files
      .filter((file) => !file.endsWith("passphrase"))
      .map((file): [string, string] => [file, readFileSync(file, "latin1")]);
    assert.ok(
      places.some(([file]) => file.includes("stacks")),
      "the state is among the files",
    );
    assert.ok(
      places.some(([file]) => file.endsWith(".log")),
      "logs are among the files",
    );
    const found = [...places, ["what commands printed", printed.join("\n")] as const]
      .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
      .map(([place]) => place);
    assert.deepEqual(found, []);
  });

  it("are not in the stack's inventory, which has every tenant", async () => {
    const { stdout } = await world().ok("deploy inventory");
    const secrets = await secretTexts();
    assert.deepEqual(
      secrets.filter((secret) => stdout.includes(secret)),
      [],
    );
    assert.doesNotMatch(stdout, /ciphertext|"password"/);
    const { tenants, resources } = inventorySchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      tenants.map(({ id, database }) => [id, database.name]),
      Object.keys(await world().tenants())
        .sort()
        .map((id) => [id, id]),
    );
    assert.ok(resources.length > 200, String(resources.length));
  });
});

describe("events", () => {
  it("tell what was done, and how it ended", async () => {
    const { stdout } = await world().ok("deploy events", "--json");
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => eventSchema.parse(JSON.parse(line)));
    assert.equal(events[0]?.kind, "sandbox start");
    assert.ok(events.some(({ kind, outcome }) => kind === "sandbox up" && outcome === "succeeded"));
  });
});
