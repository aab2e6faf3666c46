import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import type { Output } from "@pulumi/pulumi";
import {
  brokerSecret,
  checkStackFiles,
  ConfigError,
  formatDiagnostic,
  parseStackSettings,
  readStackConfig,
} from "../../config/index.ts";
import { projectFilesWith, withProject } from "../support/projectFolder.ts";
import { configSource, stackFile, VALID_SECRETS, validStack } from "../support/stackValues.ts";

function read(changes: Readonly<Record<string, unknown>> = {}, secrets = VALID_SECRETS) {
  return readStackConfig(configSource({ ...validStack(), ...changes }, secrets));
}

/** The lines behind the title of the ConfigError that a function throws. */
function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.stack, `ConfigError: ${error.message}`, "no stack trace");
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

function valueOf<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("readStackConfig", () => {
  it("fills in every default", () => {
    const { tenantsDatabase, analyticsDatabase, keycloak, kubernetes, watchdog, ...rest } = read();
    assert.deepEqual(rest, {
      environment: "prod",
      cell: "main",
      canary: false,
      baseDomain: "odoo.example",
      release: "18.0-2026.11",
      protect: true,
      tls: { clusterIssuer: "letsencrypt" },
      mail: {
        host: "mail.example",
        port: 587,
        tls: "starttls",
        generation: 1,
        from: "odoo@odoo.example",
        cidrs: ["10.0.3.10/32"],
      },
      objectStore: { cidrs: [] },
      monitoring: { namespace: "monitoring" },
    });
    const { password, ...tenantsServer } = tenantsDatabase;
    assert.ok(password);
    assert.deepEqual(tenantsServer, {
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
    const { password: analyticsPassword, ...analyticsServer } = analyticsDatabase;
    assert.ok(analyticsPassword);
    assert.deepEqual(analyticsServer, {
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
    const { passwords, ...limits } = watchdog;
    assert.ok(passwords);
    assert.deepEqual(limits, {
      user: "odoo_watchdog",
      seconds: 1,
      sessionLocks: 10_000,
      roleLocks: 40_000,
      idleSeconds: 1800,
      transactionSeconds: 21_600,
    });
    assert.equal(keycloak.adminRealm, "master");
    assert.equal(keycloak.timeoutSeconds, 120);
    assert.deepEqual(kubernetes, {
      gatewayClassName: "envoy",
      storageClassName: "files",
      filestoreAccessMode: "ReadWriteMany",
      initSeconds: 1800,
      dns: [{ namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 }],
      gateway: [{ namespace: "odoo-platform" }],
    });
  });

  it("reaches the tenants' server from elsewhere as the pods do, unless told otherwise", () => {
    const tenantsDatabase = {
      host: "localhost",
      port: 1111,
      clusterHost: "db.internal",
      clusterPort: 2222,
      cidrs: ["10.0.1.0/24"],
    };
    const { analyticsDatabase } = read({ tenantsDatabase });
    assert.deepEqual([analyticsDatabase.tenantsHost, analyticsDatabase.tenantsPort], ["db.internal", 2222]);
  });

  it("keeps secrets secret", async () => {
    const { tenantsDatabase, kubernetes } = read({}, { ...VALID_SECRETS, kubeconfig: "k" });
    assert.equal(await isSecret(tenantsDatabase.password), true);
    assert.equal(await valueOf(tenantsDatabase.password), "one");
    assert.ok(kubernetes.kubeconfig);
    assert.equal(await isSecret(kubernetes.kubeconfig), true);
  });

  it("takes the mail server's password with a user, as a secret, and says which of both is missing", async () => {
    const mail = { host: "mail.example", user: "odoo-saas", cidrs: ["10.0.3.10/32"] };
    const { mail: sent } = read({ mail }, { ...VALID_SECRETS, mailPassword: "p" });
    assert.ok(sent?.password);
    assert.equal(await isSecret(sent.password), true);
    assert.deepEqual(
      problemsOf(() => read({ mail })),
      [
        'odoo-saas:mailPassword: is missing, expected the password of mail.user "odoo-saas"',
        "to fix it: pulumi config set --secret odoo-saas:mailPassword",
      ],
    );
    assert.deepEqual(
      problemsOf(() => read({}, { ...VALID_SECRETS, mailPassword: "p" })),
      [
        "odoo-saas:mailPassword: is set without mail.user, expected both or neither",
        "to fix it: pulumi config set --path 'odoo-saas:mail.user' <user>",
      ],
    );
  });

  it("does without mail in the sandbox alone", () => {
    const silent = Object.fromEntries(Object.entries(validStack()).filter(([key]) => key !== "mail"));
    assert.equal(readStackConfig(configSource({ ...silent, environment: "sandbox" })).mail, undefined);
    assert.deepEqual(
      problemsOf(() => readStackConfig(configSource(silent))).filter((line) => !line.startsWith("to fix it")),
      ["odoo-saas:mail: is missing, expected the outgoing mail server that Odoo and the realms use"],
    );
  });

  it("protects by environment: the sandbox may choose, the others may not", () => {
    assert.equal(read({ environment: "sandbox" }).protect, false);
    assert.equal(read({ environment: "sandbox", protect: true }).protect, true);
    assert.equal(read({ environment: "staging" }).protect, true);
    assert.deepEqual(
      problemsOf(() => read({ protect: false })),
      [
        "odoo-saas:protect: is false, expected true: what holds data in prod is always protected",
        "to fix it: pulumi config set odoo-saas:protect <value>",
      ],
    );
  });

  it("asks for every secret", () => {
    assert.deepEqual(
      problemsOf(() => read({}, {})),
      [
        "odoo-saas:tenantsDatabasePassword: is missing, expected a secret",
        "to fix it: pulumi config set --secret odoo-saas:tenantsDatabasePassword",
        "odoo-saas:analyticsDatabasePassword: is missing, expected a secret",
        "to fix it: pulumi config set --secret odoo-saas:analyticsDatabasePassword",
        "odoo-saas:keycloakClientSecret: is missing, expected a secret",
        "to fix it: pulumi config set --secret odoo-saas:keycloakClientSecret",
        "odoo-saas:tenantsWatchdogPassword: is missing, expected a secret",
        "to fix it: pulumi config set --secret odoo-saas:tenantsWatchdogPassword",
        "odoo-saas:analyticsWatchdogPassword: is missing, expected a secret",
        "to fix it: pulumi config set --secret odoo-saas:analyticsWatchdogPassword",
      ],
    );
  });

  it("reports an empty configuration at once, with the command for each key", () => {
    const problems = problemsOf(() => readStackConfig(configSource({}, VALID_SECRETS)));
    assert.deepEqual(
      problems.filter((line) => !line.startsWith("to fix it")).map((line) => line.split(",")[0]),
      [
        "environment",
        "baseDomain",
        "release",
        "tenantsDatabase",
        "analyticsDatabase",
        "keycloak",
        "kubernetes",
        "tls",
      ].map((key) => `odoo-saas:${key}: is missing`),
    );
    assert.ok(problems.includes("to fix it: pulumi config set odoo-saas:environment <value>"));
    assert.ok(problems.includes("to fix it: pulumi config set --path 'odoo-saas:keycloak.<key>' <value>"));
  });

  const refused: readonly (readonly [
    what: string,
    changes: Record<string, unknown>,
    problem: string,
    remedy?: string,
  ])[] = [
    [
      "an unknown environment",
      { environment: "production" },
      'odoo-saas:environment: is "production", expected one of sandbox, staging, prod',
      "pulumi config set odoo-saas:environment <value>",
    ],
    [
      "an object that is text",
      { tls: "letsencrypt" },
      'odoo-saas:tls: is "letsencrypt", expected a mapping',
      "pulumi config set --path 'odoo-saas:tls.<key>' <value>",
    ],
    [
      "an unknown key",
      { tls: { clusterIssuer: "x", issuer: "y" } },
      "odoo-saas:tls.issuer: is not a known key, expected only clusterIssuer",
      "pulumi config rm --path 'odoo-saas:tls.issuer'",
    ],
    [
      "plain text to the tenants' server",
      { tenantsDatabase: { host: "db", sslmode: "disable", cidrs: ["10.0.1.0/24"] } },
      'odoo-saas:tenantsDatabase.sslmode: is "disable", expected "verify-full": passwords and data must not cross the network in plain text',
      "pulumi config set --path 'odoo-saas:tenantsDatabase.sslmode' <value>",
    ],
    [
      "plain text to the analytics server",
      { analyticsDatabase: { host: "db", sslmode: "disable", cidrs: ["10.0.4.0/24"] } },
      'odoo-saas:analyticsDatabase.sslmode: is "disable", expected "verify-full": passwords and data must not cross the network in plain text',
    ],
    [
      "a mode that falls back to plain text",
      { analyticsDatabase: { host: "db", sslmode: "prefer", cidrs: ["10.0.4.0/24"] } },
      'odoo-saas:analyticsDatabase.sslmode: is "prefer", expected one of disable, require, verify-ca, verify-full',
    ],
    [
      "plain HTTP to Keycloak",
      { keycloak: { url: "http://login.example", clientId: "x", cidrs: ["10.0.1.0/24"] } },
      'odoo-saas:keycloak.url: is "http://login.example", expected an https address: only the sandbox uses plain HTTP',
    ],
    [
      "a Keycloak address with a closing slash",
      { keycloak: { url: "https://login.example/", clientId: "x", cidrs: ["10.0.1.0/24"] } },
      'odoo-saas:keycloak.url: is "https://login.example/", expected an address without credentials, query and closing slash such as "https://login.example.com"',
    ],
    [
      "a Keycloak address with a password",
      { keycloak: { url: "https://u:p@login.example", clientId: "x", cidrs: ["10.0.1.0/24"] } },
      'odoo-saas:keycloak.url: has a user or password in it, expected an address without credentials, query and closing slash such as "https://login.example.com"',
    ],
    [
      "plain HTTP to the object store",
      { objectStore: { endpoint: "http://s3.example", bucket: "backups" } },
      'odoo-saas:objectStore.endpoint: is "http://s3.example", expected an https address',
    ],
    [
      "an object store without a bucket",
      { objectStore: { endpoint: "https://s3.example" } },
      "odoo-saas:objectStore: has one of endpoint and bucket, expected both (backups in an S3 bucket) or neither (backups on their volume)",
    ],
    [
      "the whole world as a network",
      { mail: { host: "mail", cidrs: ["0.0.0.0/0"] } },
      'odoo-saas:mail.cidrs[0]: is "0.0.0.0/0", expected a network such as "10.20.0.0/16", but not the whole internet (/0)',
    ],
    [
      "the whole world as a network of IPv6",
      { mail: { host: "mail", cidrs: ["::/0"] } },
      'odoo-saas:mail.cidrs[0]: is "::/0", expected a network such as "10.20.0.0/16", but not the whole internet (/0)',
    ],
    [
      "no network at all",
      { mail: { host: "mail", cidrs: [] } },
      "odoo-saas:mail.cidrs: is [], expected at least one network",
    ],
    [
      "a port that is none",
      { mail: { host: "mail", port: 70000, cidrs: ["10.0.1.0/24"] } },
      "odoo-saas:mail.port: is 70000, expected a whole number from 1 to 65535",
    ],
    [
      "the metadata service's network as DNS",
      { kubernetes: { gatewayClassName: "a", storageClassName: "b", dns: [{ networks: ["169.254.169.0/24"] }] } },
      'odoo-saas:kubernetes.dns[0].networks[0]: is "169.254.169.0/24", expected a single address such as "169.254.20.10/32"',
    ],
    [
      "a gateway that may be anywhere",
      { kubernetes: { gatewayClassName: "a", storageClassName: "b", gateway: [{ networks: ["10.0.0.0/8"] }] } },
      'odoo-saas:kubernetes.gateway[0].networks[0]: is "10.0.0.0/8", expected a network of /24 or narrower (IPv6: /64), or Google\'s 130.211.0.0/22 or 35.191.0.0/16',
    ],
    [
      "a gateway that is pods and networks at once",
      {
        kubernetes: {
          gatewayClassName: "a",
          storageClassName: "b",
          gateway: [{ namespace: "envoy", networks: ["10.0.0.0/24"] }],
        },
      },
      "odoo-saas:kubernetes.gateway[0]: is neither pods nor networks, expected either namespace (and labels), or networks",
    ],
    [
      "a base domain with capitals",
      { baseDomain: "Odoo.example" },
      'odoo-saas:baseDomain: is "Odoo.example", expected a lower-case domain such as "erp.example.com"',
    ],
    ["a protect that is no truth value", { protect: "yes" }, 'odoo-saas:protect: is "yes", expected true or false'],
  ];
  for (const [what, changes, problem, remedy] of refused) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(() => read(changes));
      assert.equal(problems[0], problem);
      assert.equal(problems.length, 2);
      if (remedy !== undefined) assert.equal(problems[1], `to fix it: ${remedy}`);
    });
  }

  it("lets the sandbox do without TLS", () => {
    const sandbox = read({
      environment: "sandbox",
      tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      analyticsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      keycloak: { url: "http://127.0.0.1:8080", clientId: "odoo-saas", cidrs: ["127.0.0.1/32"] },
    });
    assert.equal(sandbox.keycloak.url, "http://127.0.0.1:8080");
  });
});

describe("parseStackSettings", () => {
  /** Values as `pulumi config --json` prints them. */
  function listed(values: Readonly<Record<string, unknown>>) {
    return new Map(
      Object.entries(values).map(([key, value]) => [
        `odoo-saas:${key}`,
        typeof value === "string" ? { text: value } : { text: JSON.stringify(value), object: value },
      ]),
    );
  }

  it("reads the same settings as the program does, and passes over secrets and other namespaces", () => {
    const values = listed({ ...validStack(), tenantsDatabasePassword: "one", brokerSecrets: { acme: "x" } });
    const settings = parseStackSettings(new Map([...values, ["other:cell", { text: "x" }]]));
    assert.equal(settings.tenantsDatabase.clusterHost, "db.example");
    assert.ok(!JSON.stringify(settings).includes("one"));
  });

  it("refuses unknown keys", () => {
    assert.deepEqual(
      problemsOf(() => parseStackSettings(listed({ ...validStack(), baseDomian: "x" }))),
      [
        "odoo-saas:baseDomian: is not a known key, expected baseDomain",
        "to fix it: pulumi config rm odoo-saas:baseDomian",
      ],
    );
  });
});

describe("brokerSecret", () => {
  const REMEDY = `to fix it: pulumi config set --secret --path 'odoo-saas:brokerSecrets["acme"]'`;

  it("finds a tenant's secret, and keeps it secret", async () => {
    const secret = brokerSecret(read({}, { ...VALID_SECRETS, brokerSecrets: '{"acme":"s"}' }), "acme");
    assert.equal(await valueOf(secret), "s");
    assert.equal(await isSecret(secret), true);
  });

  it("says how to set one that is missing", () => {
    assert.equal(problemsOf(() => brokerSecret(read(), "acme"))[1], REMEDY);
  });
});

describe("checkStackFiles", () => {
  function check(config: Readonly<Record<string, unknown>>): string[] {
    return withProject({ "Pulumi.prod.yaml": stackFile(config) }, (root) =>
      checkStackFiles(root, projectFilesWith()).map(formatDiagnostic),
    );
  }

  it("takes a complete file with encrypted secrets, and a file that is not the project's yet", () => {
    assert.deepEqual(
      check({ ...validStack(), kubeconfig: { secure: "v1:x" }, brokerSecrets: { acme: { secure: "v1:x" } } }),
      [],
    );
    assert.deepEqual(check({}), []);
  });

  it("takes true as `pulumi config set` writes it, and nothing else that is a text", () => {
    for (const key of ["protect", "canary"]) {
      assert.deepEqual(check({ ...validStack(), [key]: "true" }), []);
      assert.match(check({ ...validStack(), [key]: "yes" }).join(), /: is "yes", expected true or false/);
    }
  });

  it("refuses secrets in plain text", () => {
    const expected = (key: string) =>
      `is in plain text, expected a secret (pulumi config set --secret odoo-saas:${key}), and a new one: this one is known`;
    const problems = check({ keycloakClientSecret: "hunter2", brokerSecrets: { acme: "hunter2" }, ...validStack() });
    assert.deepEqual(problems, [
      `Pulumi.prod.yaml:2:3: config.odoo-saas:keycloakClientSecret: ${expected("keycloakClientSecret")}`,
      `Pulumi.prod.yaml:3:3: config.odoo-saas:brokerSecrets: ${expected("brokerSecrets")}`,
    ]);
    assert.ok(!problems.join().includes("hunter2"));
  });

  it("refuses wrong values and unknown keys where they are", () => {
    assert.deepEqual(check({ ...validStack(), cell: "Main", tls: { issuer: "x" }, xyz: 1 }), [
      "Pulumi.prod.yaml:22:5: config.odoo-saas:tls.issuer: is not a known key, expected clusterIssuer",
      'Pulumi.prod.yaml:27:19: config.odoo-saas:cell: is "Main", expected lower-case words joined by hyphens such as "main"',
      "Pulumi.prod.yaml:28:3: config.odoo-saas:xyz: is not a known key, expected one of canary, protect, objectStore, monitoring, watchdog, github, console",
    ]);
  });

  it("refuses a release that there is not", () => {
    assert.deepEqual(check({ ...validStack(), release: "18.0-2026.12" }), [
      'Pulumi.prod.yaml:4:22: config.odoo-saas:release: is "18.0-2026.12", which is not in releases/, expected 18.0-2026.11',
    ]);
  });

  it("refuses files that are not YAML", () => {
    const problems = withProject({ "Pulumi.prod.yaml": "config: [\n" }, (root) =>
      checkStackFiles(root, projectFilesWith()),
    );
    assert.equal(problems.length, 1);
  });
});
