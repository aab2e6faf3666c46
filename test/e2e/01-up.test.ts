import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { world } from "./support/hooks.ts";
import { POLICY_PACK } from "../../lib/policyPack.ts";

/** Ids of all tenants that have a file, sorted. */
function tenantIds(): string[] {
  return readdirSync(join(world().root, "tenants"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml"))
    .sort();
}

describe("sandbox start", () => {
  it("brings the tenants up and prints one row per tenant", async () => {
    const { stdout, output } = await world().ok("sandbox start");
    assert.doesNotMatch(output, /Undefined value/);
    for (const tenant of tenantIds()) {
      const row = stdout
        .split("\n")
        .find((line) => line.includes(tenant) && /\b(?:active|paused|decommissioning)\b/.test(line));
      assert.ok(row, `a row for ${tenant} in:\n${stdout}`);
      for (const part of [`tenant_${tenant.replaceAll("-", "_")}`, "18.0-"]) {
        assert.ok(stdout.includes(part), `${part} in:\n${stdout}`);
      }
    }
  });

  it("leaves files that validate accepts, its own settings file among them", async () => {
    await world().ok("tenant validate");
  });

  it("exports what the README promises, for every tenant", async () => {
    const tenants = await world().tenants();
    assert.deepEqual(Object.keys(tenants).sort(), tenantIds());
    const passwords = Object.values(tenants).flatMap(({ database, realm, analytics }) => [
      database.password,
      realm.clientSecret,
      analytics.password,
    ]);
    assert.equal(new Set(passwords).size, passwords.length, "every secret differs from every other");
  });

  it("changes nothing the second time", async () => {
    await world().ok("sandbox up", "--expect-no-changes");
  });

  it("works by plain pulumi too, from the shell that sandbox env sets up", async () => {
    const preview = await world().pulumi(
      "preview",
      "--stack",
      "sandbox",
      "--policy-pack",
      POLICY_PACK,
      "--policy-pack-config",
      "policies/sandbox.json",
      "--expect-no-changes",
      "--non-interactive",
    );
    assert.equal(preview.status, 0, preview.output);
    const up = await world().pulumi(
      "up",
      "--stack",
      "sandbox",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "--non-interactive",
    );
    assert.equal(up.status, 0, up.output);
  });

  it("changes nothing after a stop and a restart", async () => {
    await world().ok("sandbox stop");
    const down = await world().cli("sandbox status", "--json");
    assert.doesNotMatch(down.stdout, /"running": ?true/);
    await world().ok("sandbox start");
    await world().ok("sandbox up", "--skip-preview", "--expect-no-changes");
  });

  it("finds no drift when the state is refreshed from the services", async () => {
    const refresh = await world().pulumi(
      "refresh",
      "--stack",
      "sandbox",
      "--yes",
      "--expect-no-changes",
      "--non-interactive",
    );
    assert.equal(refresh.status, 0, refresh.output);
  });
});
