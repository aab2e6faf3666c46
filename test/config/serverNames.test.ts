import assert from "node:assert/strict";
import { isReservedId, isTenantId, namespaceName } from "../../config/names.ts";
import { serverNamesIn, ServerNames } from "../../config/serverNames.ts";
import { stackSchema } from "../../config/schemas/stack.ts";
import { problemsIn, withProject } from "../support/projectFolder.ts";
import { validStack } from "../support/stackValues.ts";

/** What each setting may name, and the tenant that would take it. */
const TAKEN: readonly (readonly [setting: string, value: unknown, id: string, kind: string])[] = [
  ["tenantsDatabase.user", "backup", "backup", "role"],
  ["tenantsDatabase.user", "acme_reporter", "acme", "role"],
  ["tenantsDatabase.trustedRoles", ["x_y", "poller"], "poller", "role"],
  ["analyticsDatabase.user", "tenant_acme_owner", "acme", "role"],
  ["analyticsDatabase.trustedRoles", ["tenant_acme_eu_reader"], "acme-eu", "role"],
  ["watchdog.user", "backup", "backup", "role"],
  ["watchdog.user", "Backup", "backup", "role"],
  ["tenantsDatabase.maintenanceDatabase", "registry", "registry", "database"],
  ["analyticsDatabase.database", "warehouse", "warehouse", "database"],
  ["keycloak.adminRealm", "operators", "operators", "realm"],
  ["monitoring.namespace", "odoo-metrics", "metrics", "namespace"],
  ["kubernetes.gateway", [{ namespace: "x" }, { namespace: "odoo-edge" }], "edge", "namespace"],
  ["kubernetes.dns", [{ namespace: "odoo-names" }], "names", "namespace"],
];

function settingsOf(setting: string, value: unknown): Map<string, unknown> {
  const [key = "", inner = ""] = setting.split(".");
  return new Map([[key, { [inner]: value }]]);
}

describe("names that stacks' settings have on servers", () => {
  for (const [setting, value, id, kind] of TAKEN) {
    it(`are not those of tenant ${id}: ${setting} ${JSON.stringify(value)}`, () => {
      const names = new ServerNames(serverNamesIn("Pulumi.prod.yaml", settingsOf(setting, value)));
      const taken = names.takenBy(id);
      assert.equal(taken?.kind, kind);
      assert.match(
        taken.where,
        new RegExp(`^${setting.replace(".", "\\.")}(?:\\.namespace)? of Pulumi\\.prod\\.yaml$`),
      );
      assert.equal(names.takenBy(`${id}x`), undefined);
    });
  }

  it("are read as far as they go", () => {
    for (const value of [undefined, null, 7, "x", [], { user: 7, trustedRoles: "x" }, { trustedRoles: [7, null] }]) {
      assert.deepEqual(serverNamesIn("x", new Map([["tenantsDatabase", value]])), []);
    }
  });

  it("are reserved where they are defaults", () => {
    const defaults = stackSchema.parse(validStack());
    const { tenantsDatabase, analyticsDatabase, watchdog, keycloak, monitoring, kubernetes } = defaults;
    const names = [
      ...[tenantsDatabase.maintenanceDatabase, analyticsDatabase.database, keycloak.adminRealm, watchdog.user],
      ...[...tenantsDatabase.trustedRoles, ...analyticsDatabase.trustedRoles],
    ];
    assert.ok(names.length > 9);
    for (const name of names) assert.ok(!isTenantId(name) || isReservedId(name), name);
    const namespaces = [
      monitoring.namespace,
      ...[...kubernetes.gateway, ...kubernetes.dns].map((peer) => peer.namespace),
    ];
    for (const namespace of namespaces) {
      const id = namespace?.slice(namespaceName("").length) ?? "";
      assert.ok(namespace !== namespaceName(id) || isReservedId(id), namespace);
    }
  });

  it("are refused as ids in the files, whichever stack has them", () => {
    const tenant =
      "displayName: X\nowner: { team: ops, email: ops@x.example }\nbundles: [sales]\nenvironments: { prod: {} }\n";
    const files = {
      "tenants/backup.yaml": tenant,
      "tenants/beta.yaml": tenant,
      "Pulumi.prod-eu.yaml": "config: { odoo-saas:watchdog: { user: backup } }\n",
    };
    assert.deepEqual(
      withProject(files, problemsIn).filter((line) => line.startsWith("tenants/")),
      [
        'tenants/backup.yaml:1:1: is named "backup", whose role would be backup, which watchdog.user of Pulumi.prod-eu.yaml names, expected another name',
      ],
    );
  });
});
