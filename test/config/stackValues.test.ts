import assert from "node:assert/strict";
import { stackSchema } from "../../config/schemas/stack.ts";
import { GITHUB, validStack } from "../support/stackValues.ts";
import { checkValues } from "./support/values.ts";

/** Settings of a stack with every key that there is. */
const STACK = {
  environment: "prod",
  cell: "main",
  canary: true,
  baseDomain: "odoo.example",
  release: "18.0-2026.11",
  protect: true,
  tenantsDatabase: {
    host: "db.example",
    port: 5433,
    user: "provisioner",
    sslmode: "verify-ca",
    maintenanceDatabase: "maintenance",
    lcCtype: "de_DE.UTF-8",
    clusterHost: "db.internal",
    clusterPort: 5434,
    cidrs: ["10.0.1.0/24"],
    trustedRoles: ["backup"],
  },
  analyticsDatabase: {
    host: "analytics.example",
    port: 5435,
    database: "analytics",
    user: "provisioner",
    sslmode: "require",
    tenantsHost: "db.elsewhere",
    tenantsPort: 5436,
    clusterHost: "analytics.internal",
    clusterPort: 5437,
    cidrs: ["10.0.4.0/24"],
    trustedRoles: ["authenticator"],
  },
  keycloak: {
    url: "https://login.example",
    adminRealm: "platform",
    clientId: "odoo-saas",
    timeoutSeconds: 60,
    cidrs: ["10.0.2.0/24"],
  },
  kubernetes: {
    context: "prod",
    clusterIdentifier: "prod-1",
    gatewayClassName: "envoy",
    storageClassName: "files",
    filestoreAccessMode: "ReadWriteOnce",
    initSeconds: 7200,
    dns: [{ namespace: "openshift-dns", labels: { app: "dns" }, port: 5353 }],
    gateway: [{ networks: ["10.0.5.0/24"] }],
  },
  tls: { clusterIssuer: "letsencrypt" },
  mail: {
    host: "mail.example",
    port: 2525,
    tls: "starttls",
    user: "odoo-saas",
    generation: 2,
    from: "erp@odoo.example",
    cidrs: ["10.0.3.10/32"],
  },
  objectStore: { endpoint: "https://s3.example", bucket: "odoo-backups", cidrs: ["10.0.4.0/24"] },
  monitoring: { namespace: "metrics" },
  watchdog: {
    user: "guard",
    seconds: 2,
    sessionLocks: 5000,
    roleLocks: 20_000,
    idleSeconds: 600,
    transactionSeconds: 7200,
  },
};

const NETWORKS = {
  right: [
    ...[
      "10.20.0.0/16",
      "128.0.0.0/1",
      "255.249.199.99/32",
      "250.200.100.8/29",
      "0.0.0.0/8",
      "10.0.0.0/9",
      "10.0.0.0/30",
    ],
    ...["10.0.0.255/32", "10.0.0.249/32", "10.0.0.199/32"],
    ...["::1/128", "fd00::/8", "2001:db8::/32", "fd00::/99", "fd00::/100", "fd00::/119", "fd00::/120", "8000::/1"],
    ...[`${"ffff:".repeat(7)}ffff/128`, "2001:db8:0:1::/64", "::ffff:0:0:0/96"],
  ],
  wrong: [
    // Parts in octal, bits behind the prefix, IPv4 in IPv6, and other spellings of the same network.
    ...[
      "010.0.0.0/8",
      "10.00.0.0/16",
      "10.0.0.1/8",
      "1.2.3.4/1",
      "10.20.0.0/8",
      "fd00::1/64",
      "fd00::/1",
      "fd00:0::/8",
    ],
    ...[
      "FD00::/8",
      "fd00:0000::/16",
      "::ffff:10.0.0.0/104",
      "::ffff:a00:0/104",
      "64:ff9b::10.0.0.0/104",
      "fe80::%eth0/64",
    ],
    ...["0x0a.0.0.0/8", "10/8", "10.0/16", "167772160/8", "fd00:::/16", "1:2:3:4:5:6:7:8:9/64", "0::/8"],
    ...[
      "0.0.0.0/0",
      "::/0",
      "10.0.0.0",
      "10.0.0.0/",
      "10.0.0.0/33",
      "10.0.0.0/40",
      "10.0.0.0/08",
      "10.0.0/8",
      "fd00::",
    ],
    ...[
      "256.0.0.0/8",
      "260.0.0.0/8",
      "300.0.0.0/8",
      "10.0.0.256/8",
      "10.0.0.0.0/8",
      "a.0.0.0/8",
      "10.a.0.0/8",
      "10.0.0.a/8",
    ],
    ...[
      "10.0.0.0/x",
      "10.0.0.0/1x",
      "10.0.0.0/3x",
      "fd00::/129",
      "fd00::/130",
      "fd00::/200",
      "fd00::/01",
      "fd00::/x",
      "fd00::/1x",
    ],
    ...[
      "fd00/8",
      "g::/8",
      "FD00::/8",
      ":/8",
      `${"ffff:".repeat(8)}/8`,
      " 10.0.0.0/8",
      "10.0.0.0/8 ",
      " fd00::/8",
      "fd00::/8 ",
    ],
    ...["10.0.0.0/8\n", "x10.0.0.0/8", "10.0.0.0/8/8", "10.00x.0.0/8", "25x.0.0.0/8", "fd00::/12x", "fd00::/11x", 8],
  ],
};
const lists = (values: readonly unknown[]) => values.map((value) => [value]);
const networks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
const CIDRS = {
  right: [...lists(NETWORKS.right), networks(50)],
  wrong: [...lists(NETWORKS.wrong), [], networks(51), ["10.0.0.0/8", "10.0.0.0/8"], "10.0.0.0/8", undefined],
};

const PORTS = { right: [1, 65535, undefined], wrong: [0, 65536, "5432", null] };
const HOSTS = { right: ["db", "10.0.0.1", "::1"], wrong: ["", "db:5432", "-db", "10.0.0.256", "010.0.0.1", 7] };
const ROLES = {
  right: ["a", "_a", "Odoo", "a-b.c_1", `a${"b".repeat(62)}`, undefined],
  wrong: ["", "1a", "-a", "a b", "a'b", 'a"b', `a${"b".repeat(63)}`, " a", "a ", 7],
};
const MODES = {
  right: ["require", "verify-ca", "verify-full", undefined],
  wrong: ["disable", "allow", "prefer", "", null],
};
const KUBERNETES = { right: ["a", "fast-1"], wrong: ["", "Fast", "a b", "-a", 7] };
const ADDRESSES = {
  right: ["https://a", "https://a.example:8443", "https://a/b"],
  wrong: [
    "",
    "a",
    "http://a.example",
    "ftp://a",
    "xhttps://a",
    "https://a/",
    "https://a?q",
    "https://a#f",
    "https://u@a",
    "https://a\n",
    ...[
      "https://0x7f.1",
      "https://010.0.0.1",
      "https://1",
      "https://10.1",
      "https://a:0",
      "https://a:65536",
      "https://a..b",
    ],
    ...["https://[::1", "https://[fe80::1%25eth0]", "https://ä.example", "https://a_b.example"],
    7,
  ],
};

describe("a stack's settings", () => {
  checkValues("with every key", stackSchema, STACK, [
    ["environment", ["prod", "staging"], ["production", "", 7, undefined]],
    ["cell", ["eu", undefined], ["Main", "", null]],
    ["canary", [false, undefined], ["yes", 1, null]],
    ["baseDomain", ["a.bc"], ["localhost", "A.bc", 7, undefined]],
    ["release", ["18.0-2026.12"], ["18.0", 18, undefined]],
    ["protect", [true, undefined], [false, "true", null]],
    ["tenantsDatabase", [], ["db", {}, undefined]],
    ["tenantsDatabase.host", HOSTS.right, [...HOSTS.wrong, undefined]],
    ["tenantsDatabase.port", PORTS.right, PORTS.wrong],
    ["tenantsDatabase.user", ROLES.right, ROLES.wrong],
    ["tenantsDatabase.sslmode", MODES.right, MODES.wrong],
    ["tenantsDatabase.maintenanceDatabase", ROLES.right, ROLES.wrong],
    [
      "tenantsDatabase.lcCtype",
      ["C", "C.UTF-8", "en_US.utf8", "de_DE@euro", `a${"b".repeat(62)}`, undefined],
      ["", "'C'", "C UTF-8", "1", `a${"b".repeat(63)}`, "C\n", null],
    ],
    ["tenantsDatabase.clusterHost", [...HOSTS.right, undefined], HOSTS.wrong],
    ["tenantsDatabase.clusterPort", PORTS.right, PORTS.wrong],
    ["tenantsDatabase.cidrs", CIDRS.right, CIDRS.wrong],
    ["tenantsDatabase.trustedRoles", [[], ["a", "b_c"], undefined], ["a", ["'a'"], null]],
    ["tenantsDatabase.cidrs", [], [[]], "is [], expected at least one network"],
    ["tenantsDatabase.cidrs", [], [["10.20.1.7/16"]], 'expected the network as "10.20.0.0/16"'],
    ["tenantsDatabase.cidrs", [], [["FD00:0:0::1/64"]], 'expected the network as "fd00::/64"'],
    ["analyticsDatabase", [], ["db", {}, undefined]],
    ["analyticsDatabase.host", HOSTS.right, [...HOSTS.wrong, undefined]],
    ["analyticsDatabase.port", PORTS.right, PORTS.wrong],
    ["analyticsDatabase.database", ROLES.right, ROLES.wrong],
    ["analyticsDatabase.user", ROLES.right, ROLES.wrong],
    ["analyticsDatabase.sslmode", MODES.right, MODES.wrong],
    ["analyticsDatabase.tenantsHost", [...HOSTS.right, undefined], HOSTS.wrong],
    ["analyticsDatabase.tenantsPort", PORTS.right, PORTS.wrong],
    ["analyticsDatabase.clusterHost", [...HOSTS.right, undefined], HOSTS.wrong],
    ["analyticsDatabase.clusterPort", PORTS.right, PORTS.wrong],
    ["analyticsDatabase.cidrs", CIDRS.right, CIDRS.wrong],
    ["analyticsDatabase.cidrs", [], [[]], "is [], expected at least one network"],
    ["analyticsDatabase.trustedRoles", [[], ["a", "b_c"], undefined], ["a", ["'a'"], null]],
    ["watchdog", [{}, undefined], ["on", null]],
    ["watchdog.user", ROLES.right, ROLES.wrong],
    ["watchdog.seconds", [1, 30, undefined], [0, 31, "1"]],
    ["watchdog.sessionLocks", [2000, 1_000_000, undefined], [1999, 1_000_001, "5000"]],
    ["watchdog.roleLocks", [2000, 10_000_000, undefined], [1999, 10_000_001, "5000"]],
    ["watchdog.idleSeconds", [60, 604_800, undefined], [59, 604_801, "60"]],
    ["watchdog.transactionSeconds", [600, 604_800, undefined], [599, 604_801, "600"]],
    ["keycloak", [], ["https://login.example", {}, undefined]],
    ["keycloak.url", ADDRESSES.right, [...ADDRESSES.wrong, undefined]],
    ["keycloak.adminRealm", ROLES.right, ROLES.wrong],
    ["keycloak.clientId", ["a", "!~", "a".repeat(255)], ["", "a b", " a", "a ", "ä", "a".repeat(256), 7, undefined]],
    ["keycloak.timeoutSeconds", [5, 600, undefined], [4, 601, "60"]],
    ["keycloak.cidrs", [networks(50)], [[], networks(51), ["::/0"], undefined]],
    ["keycloak.cidrs", [], [[]], "is [], expected at least one network"],
    ["kubernetes", [], ["prod", {}, undefined]],
    ["kubernetes.context", ["user@prod", undefined], ["", " prod", 7]],
    ["kubernetes.clusterIdentifier", ["a b", undefined], ["", 7]],
    ["kubernetes.gatewayClassName", KUBERNETES.right, [...KUBERNETES.wrong, undefined]],
    ["kubernetes.storageClassName", KUBERNETES.right, [...KUBERNETES.wrong, undefined]],
    ["kubernetes.filestoreAccessMode", ["ReadWriteMany", "ReadWriteOnce", undefined], ["ReadOnlyMany", "", null]],
    ["tls", [], ["letsencrypt", {}, undefined]],
    ["tls.clusterIssuer", KUBERNETES.right, [...KUBERNETES.wrong, undefined]],
    ["mail", [], ["mail", {}, undefined]],
    ["mail.host", HOSTS.right, [...HOSTS.wrong, undefined]],
    ["mail.port", [...PORTS.right, 25, 587], PORTS.wrong],
    ["mail.port", [], [465], "such as 587: Odoo's configuration file supports no other TLS"],
    ["mail.tls", ["starttls", undefined], ["none", "implicit", "ssl", true, null]],
    ["mail.tls", [], ["none"], "must not cross the network in plain text"],
    ["mail.user", ["a", "erp@odoo.example", undefined], ["", "a b", "ä", "a\n", 7, null]],
    ["mail.generation", [1, 9999, undefined], [0, 10_000, "1", null]],
    ["mail.from", ["a@b.example", undefined], ["odoo", "odoo@", "Odoo <a@b.example>", "a@b.example\n", null]],
    ["mail.cidrs", [networks(50)], [[], networks(51), ["::/0"], undefined]],
    ["mail.cidrs", [], [[]], "is [], expected at least one network"],
    ["objectStore", [{}, undefined], ["s3", { bucket: "odoo" }, { endpoint: "https://s3.example" }]],
    [
      "objectStore",
      [],
      [{ bucket: "odoo" }, { endpoint: "https://s3.example" }],
      "expected both (backups in an S3 bucket) or neither (backups on their volume)",
    ],
    ["objectStore.endpoint", ADDRESSES.right, ADDRESSES.wrong],
    [
      "objectStore.bucket",
      ["a1b", "odoo.backups-1", `a${"-".repeat(61)}b`],
      ["", "ab", "Odoo", "a_b", "-ab", "ab-", `a${"-".repeat(62)}b`, " abc", "abc ", 7],
    ],
    ["objectStore.cidrs", [[], networks(50), undefined], [networks(51), ["::/0"]]],
    ["monitoring", [{}, undefined], ["metrics", null]],
    ["monitoring.namespace", [...KUBERNETES.right, undefined], KUBERNETES.wrong],
    ["github", [undefined, GITHUB], ["acme", {}, null]],
  ]);

  checkValues("of a sandbox", stackSchema, { ...STACK, environment: "sandbox" }, [
    ["protect", [true, false, undefined], ["true"]],
    ["tenantsDatabase.sslmode", ["disable"], ["prefer"]],
    ["analyticsDatabase.sslmode", ["disable"], ["prefer"]],
    ["keycloak.url", ["http://127.0.0.1:8080"], ["ftp://a"]],
    ["objectStore.endpoint", ["http://127.0.0.1:9000"], ["ftp://a"]],
    ["mail", [undefined], [null]],
    ["mail.tls", ["none", "starttls"], ["ssl"]],
    ["github", [undefined], [GITHUB]],
  ]);

  for (const change of [{ environment: "staging" }, { cell: "eu" }]) {
    checkValues(`of a stack with ${JSON.stringify(change)}`, stackSchema, { ...STACK, ...change }, [
      ["github", [undefined], [GITHUB]],
    ]);
  }

  it("need not say what has a default", () => {
    const settings = stackSchema.parse(validStack());
    const { tenantsDatabase, analyticsDatabase, keycloak, kubernetes, mail } = settings;
    assert.deepEqual([settings.cell, settings.canary, settings.protect], ["main", false, true]);
    assert.deepEqual(tenantsDatabase, {
      host: "db.example",
      port: 5432,
      user: "postgres",
      sslmode: "verify-full",
      maintenanceDatabase: "postgres",
      lcCtype: "C.UTF-8",
      clusterHost: "db.example",
      clusterPort: 5432,
      cidrs: ["10.0.1.0/24"],
      trustedRoles: [],
    });
    assert.deepEqual(analyticsDatabase, {
      host: "analytics.example",
      port: 5432,
      database: "postgres",
      user: "postgres",
      sslmode: "verify-full",
      tenantsHost: "db.example",
      tenantsPort: 5432,
      clusterHost: "analytics.example",
      clusterPort: 5432,
      cidrs: ["10.0.4.0/24"],
      trustedRoles: [
        "authenticator",
        "keycloak",
        "pgbouncer",
        "supabase_auth_admin",
        "supabase_read_only_user",
        "supabase_replication_admin",
        "supabase_storage_admin",
      ],
    });
    assert.deepEqual([keycloak.adminRealm, keycloak.timeoutSeconds], ["master", 120]);
    assert.deepEqual(mail, {
      host: "mail.example",
      port: 587,
      tls: "starttls",
      generation: 1,
      from: "odoo@odoo.example",
      cidrs: ["10.0.3.10/32"],
    });
    assert.equal(kubernetes.filestoreAccessMode, "ReadWriteMany");
    assert.deepEqual(settings.watchdog, {
      user: "odoo_watchdog",
      seconds: 1,
      sessionLocks: 10_000,
      roleLocks: 40_000,
      idleSeconds: 1800,
      transactionSeconds: 21_600,
    });
    assert.deepEqual([settings.objectStore, settings.monitoring], [{ cidrs: [] }, { namespace: "monitoring" }]);
    assert.equal(stackSchema.parse({ ...validStack(), environment: "sandbox" }).protect, false);
  });

  it("stay what they are where there is a default", () => assert.deepEqual(stackSchema.parse(STACK), STACK));

  it("reach the tenants' server from elsewhere as the pods do", () => {
    const { tenantsDatabase } = STACK;
    const { tenantsHost, tenantsPort } = stackSchema.parse({ ...validStack(), tenantsDatabase }).analyticsDatabase;
    assert.deepEqual([tenantsHost, tenantsPort], ["db.internal", 5434]);
  });

  it("do not repeat what might be a password", () => {
    const keycloak = { ...STACK.keycloak, url: "https://u:hunter2@login.example" };
    const told = stackSchema.safeParse({ ...STACK, keycloak }).error?.issues.map(({ message }) => message);
    assert.match(told?.join() ?? "", /^has a user or password in it, expected/);
    const other = stackSchema.safeParse({ ...STACK, keycloak: { ...keycloak, url: "login.example" } }).error?.issues;
    assert.match(other?.[0]?.message ?? "", /^is "login\.example", expected/);
  });
});
