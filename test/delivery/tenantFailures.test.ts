import assert from "node:assert/strict";
import { failuresOf } from "../../features/delivery/plan.ts";
import { SHARED } from "../../policies/lib/urn.ts";
import type { EngineEvent } from "../../features/delivery/events.ts";

const TENANT = "urn:pulumi:staging::odoo-saas::odoo:saas:OdooTenant::acme";
const DATABASE = "urn:pulumi:staging::odoo-saas::odoo:saas:OdooTenant$odoo:saas:TenantDatabase::acme-database";
const ROLE = `${DATABASE.slice(0, DATABASE.lastIndexOf("::"))}$postgresql:index/role:Role::acme-database-role`;
const GATEWAY = "urn:pulumi:staging::odoo-saas::kubernetes:gateway.networking.k8s.io/v1:Gateway::gateway";
const STACK = "urn:pulumi:staging::odoo-saas::pulumi:pulumi:Stack::odoo-saas-staging";

const PARENTS: Readonly<Record<string, string>> = { [TENANT]: "", [DATABASE]: TENANT, [ROLE]: DATABASE, [GATEWAY]: "" };
const metadataOf = (urn: string) => ({
  op: "update",
  urn,
  type: urn.split("::")[2]?.split("$").at(-1) ?? "",
  new: { parent: PARENTS[urn] ?? "", protect: false },
});
const looked = Object.keys(PARENTS).map((urn, sequence) => ({
  sequence,
  resourcePreEvent: { metadata: metadataOf(urn) },
}));
const failed = (urn: string): EngineEvent => ({ sequence: 9, resOpFailedEvent: { metadata: metadataOf(urn) } });
const said = (urn: string, message: string, severity = "error"): EngineEvent => ({
  sequence: 9,
  diagnosticEvent: { urn, message, severity, ephemeral: false },
});

describe("what failed of an update", () => {
  it("is told by the tenant whose resource it is, in the engine's words", () => {
    const events = [
      ...looked,
      said(ROLE, "<{%fg 1%}>lock timeout<{%reset%}>"),
      said(ROLE, "waiting", "warning"),
      failed(ROLE),
      said(STACK, "update failed"),
    ];
    assert.deepEqual([...failuresOf(events)], [["acme", ["lock timeout"]]]);
  });

  it("is everybody's where what tenants share failed", () => {
    const events = [...looked, failed(GATEWAY), said(GATEWAY, "no such class"), failed(ROLE)];
    assert.deepEqual(
      [...failuresOf(events)],
      [
        [SHARED, ["no such class"]],
        ["acme", []],
      ],
    );
  });

  it("is nothing where no resource failed", () => {
    assert.deepEqual([...failuresOf([...looked, said(STACK, "the state cannot be read")])], []);
  });
});
