import { KubeConfig } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { stackSchema } from "../../config/schemas/stack.ts";
import type { TenantAccess } from "../../features/delivery/smoke/access.ts";
import { CHECKS } from "../../features/delivery/smoke/checks.ts";
import { startFakePostgres } from "../support/fakePostgres.ts";
import { exampleTenant } from "../support/specs.ts";
import { validStack } from "../support/stackValues.ts";

const TENANTS = ["acme", "globex"];

/** What the check says of tenant acme, of servers that answer everything with an error. */
async function isolation(refusalOf: (database: string) => string, isRunning = true): Promise<string> {
  const server = await startFakePostgres(refusalOf);
  if (!isRunning) await server.stop();
  try {
    const place = { host: "127.0.0.1", port: server.port, password: "x" };
    const access = (id: string): TenantAccess => ({
      lifecycle: "active",
      namespace: "",
      hosts: [`${id}.example`],
      database: { ...place, name: id, role: id },
      realm: { issuer: "", clientId: "", clientSecret: "" },
      analytics: { ...place, name: "analytics", schema: id, role: `${id}_reader` },
    });
    const settings = stackSchema.parse({
      ...validStack(),
      environment: "sandbox",
      tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      analyticsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
    });
    const tenants = new Map(TENANTS.map((id) => [id, access(id)]));
    const check = CHECKS["isolation"] ?? assert.fail();
    return await check({
      spec: exampleTenant(),
      own: access("acme"),
      access: { settings, keycloakClientSecret: "", kubeConfig: new KubeConfig(), tenants },
      bundles: new Map(),
      along: () => [],
    });
  } finally {
    if (isRunning) await server.stop();
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

describe("the smoke test of isolation", () => {
  it("passes where every way out is refused for want of a privilege", async () => {
    assert.equal(await isolation(() => INSUFFICIENT_PRIVILEGE), "6 ways out of the tenant are refused");
  });

  for (const [sqlState, what] of [
    ["28P01", "a wrong password"],
    ["3D000", "a database that is not there"],
    ["53300", "no free connection"],
    ["57P03", "a server that starts up"],
    ["42P01", "a table that is not there"],
  ] as const) {
    it(`does not take ${what} (${sqlState}) for a refusal`, async () => {
      await assert.rejects(
        isolation(() => sqlState),
        /^Error: not refused: the program's database .*, database of globex /,
      );
    });
  }

  it("does not take a server that is down for one that refuses", async () => {
    await assert.rejects(
      isolation(() => INSUFFICIENT_PRIVILEGE, false),
      /not refused: .*ECONNREFUSED/,
    );
  });

  it("names the one way that is open", async () => {
    const open = isolation((database) => (database === "globex" ? "57P03" : INSUFFICIENT_PRIVILEGE));
    await assert.rejects(open, { message: "not refused: database of globex (refused by the test)" });
  });
});
