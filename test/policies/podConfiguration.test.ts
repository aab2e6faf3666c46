import assert from "node:assert/strict";
import { podConfiguration } from "../../policies/podConfiguration.ts";
import { add, type Change, compliantStack, named, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, type Tolerated } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { judge } from "../../features/look/judge.ts";
import { UNKNOWN } from "../../lib/pulumiMarks.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";
import { watchedServer } from "./support/watchdogFixtures.ts";

const SECRET = "acme-config";
const WATCHDOG_PODS = "platform-watchdog-pods";
const BACKUP = "spec.jobTemplate.spec.template.spec.containers.0";
const REPOSITORY = "s3:https://s3.example.com/backups/prod/acme";

/** Changes one of the files that pods mount. */
function edited(file: string, change: (text: string) => unknown): Change {
  return (resources) => {
    const { stringData } = named(resources, SECRET).props as { stringData: Record<string, string> };
    set(SECRET, ["stringData", file], change(stringData[file] ?? ""))(resources);
  };
}

function refused(file: string, from: string | RegExp, to: string, message: RegExp): Breach {
  return [`${file} with ${JSON.stringify(to)}`, edited(file, (text) => text.replace(from, to)), SECRET, message];
}

function inJson(file: string, key: string, value: unknown, message: RegExp): Breach {
  const change = (text: string) => JSON.stringify({ ...(JSON.parse(text) as object), [key]: value });
  return [`${file} with ${key} ${JSON.stringify(value)}`, edited(file, change), SECRET, message];
}

/** Every file in Base64, as the provider passes a Secret on. */
function encoded(change: Change = () => undefined): Change {
  return (resources) => {
    change(resources);
    const { props } = named(resources, SECRET);
    const { stringData } = props as { stringData: Record<string, string> };
    const data = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    set(SECRET, "data", Object.fromEntries(data))(resources);
    set(SECRET, "stringData", undefined)(resources);
  };
}

function variable(name: string, value: unknown): Change {
  return set("acme-backup", `${BACKUP}.env`, [{ name, value }]);
}

type Server = Readonly<Record<string, unknown>>;

/** The watchdog's Secret, with the servers of its settings changed, or other things of it. */
function watchdog(
  {
    tenants = {},
    analytics = {},
    ...others
  }: { tenants?: Server; analytics?: Server; [setting: string]: unknown } = {},
  { name = "odoo-watchdog", ...files }: Readonly<Record<string, string>> = {},
): Change {
  const servers = [
    { ...watchedServer("tenants", "db.example.com"), ...tenants },
    { ...watchedServer("analytics", "analytics.example.com"), ...analytics },
  ];
  const settings = JSON.stringify({ seconds: 1, port: 9181, servers, ...others });
  return add({
    type: "kubernetes:core/v1:Secret",
    name: "watchdog-config",
    parent: "platform",
    props: {
      metadata: { name, namespace: "odoo-platform" },
      stringData: { "settings.json": settings, tenants: "x", analytics: "y", ...files },
    },
  });
}

function watchdogRefused(change: Change, message: RegExp): Breach {
  return [`a watchdog: ${message.source}`, change, "watchdog-config", message];
}

const ENDLESS = {
  limits: { sessionLocks: 100_000_000, roleLocks: 40_000, idleSeconds: 1800, transactionSeconds: 600 },
};

const UNWRITTEN = /is not written as the program writes it/;

describe("pods as they are configured", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(podConfiguration, {
    breaches: [
      refused("odoo.conf", "db_name = acme", "db_name = globex-eu", /db_name is "globex-eu", expected "acme"/),
      refused("odoo.conf", "db_name = acme", "db_name = acme,globex-eu", /db_name is/),
      refused("odoo.conf", "db_name = acme", "db_name = False", /db_name is/),
      refused("odoo.conf", "db_name = acme\n", "", /db_name is not set/),
      refused("odoo.conf", "db_user = acme", "db_user = platform_admin", /db_user is "platform_admin"/),
      refused("odoo.conf", "db_host = db.example.com", "db_host = evil.example", /db_host is "evil\.example"/),
      refused("odoo.conf", "db_host = db.example.com", "db_host = db.example.com,evil.example", /db_host is/),
      refused("odoo.conf", "db_sslmode = verify-full", "db_sslmode = prefer", /db_sslmode is "prefer"/),
      refused("odoo.conf", "dbfilter = ^acme$", "dbfilter = .*", /dbfilter is "\.\*"/),
      refused("odoo.conf", "dbfilter = ^acme$", "dbfilter = ^acme", /dbfilter is "\^acme"/),
      refused("odoo.conf", "list_db = False", "list_db = True", /list_db is "True"/),
      refused("odoo.conf", "list_db = False\n", "", /list_db is not set/),
      refused("odoo.conf", /admin_passwd = .*\n/, "", /admin_passwd is not set/),
      refused(
        "odoo.conf",
        /admin_passwd = .*/,
        "admin_passwd = admin",
        /admin_passwd is "admin", expected a random text/,
      ),
      refused(
        "odoo.conf",
        /server_wide_modules = .*/,
        "server_wide_modules = base,web,evil_module",
        /server_wide_modules is .*, expected modules of config\/serverWide\.ts/,
      ),
      refused("odoo.conf", "proxy_mode = True", "dev_mode = all", /dev_mode is not known to the pack/),
      refused("odoo.conf", "db_port = 5432", "db_port = 6432", /db_port is "6432", expected "5432"/),
      refused("odoo.conf", "smtp_ssl = True", "smtp_ssl = False", /smtp_ssl is "False"/),
      refused("pg_service.conf", "port=5432", "port=6432", /port is "6432"/),
      ...["tenants", "analytics"].map((name) =>
        watchdogRefused(
          watchdog({ servers: [watchedServer(name, name === "tenants" ? "db.example.com" : "analytics.example.com")] }),
          new RegExp(`servers has no name "${name === "tenants" ? "analytics" : "tenants"}"`),
        ),
      ),
      refused("odoo.conf", "smtp_server = mail.example", "smtp_server = evil.example", /smtp_server is/),
      refused("odoo.conf", "[options]", "[options]\nload_language = en", /load_language is not known/),
      refused("odoo.conf", "db_name = acme", "db_name = acme\ndb_name = globex-eu", UNWRITTEN),
      refused("odoo.conf", "db_name = acme", "db_name = acme\n globex-eu", UNWRITTEN),
      refused("odoo.conf", "db_name = acme", "db_name = acme\ndb_name: globex-eu", UNWRITTEN),
      refused("odoo.conf", "db_name = acme", "db_name = acme\nDB_NAME = globex-eu", UNWRITTEN),
      refused("odoo.conf", /$/, "[queue_job]\nchannels = root:9\n", /queue_job is not known/),
      refused("odoo.conf", /$/, "[options]\ndb_name = globex-eu\n", UNWRITTEN),
      refused("pg_service.conf", "dbname=acme", "dbname=globex-eu", /dbname is "globex-eu"/),
      refused("pg_service.conf", "user=acme", "user=postgres", /user is "postgres"/),
      refused("pg_service.conf", "host=db.example.com", "host=evil.example", /host is "evil\.example"/),
      refused("pg_service.conf", "sslmode=verify-full", "sslmode=disable", /sslmode is "disable"/),
      refused("pg_service.conf", "[odoo]", "[odoo]\nhostaddr=10.0.0.1", /hostaddr is not known/),
      refused("pg_service.conf", /$/, "[other]\ndbname=globex-eu\n", /other is not known/),
      inJson("oidc.json", "issuer", "https://login.example.com/realms/globex-eu", /issuer is .*realms\/globex-eu/),
      inJson("oidc.json", "issuer", "https://evil.example/realms/acme", /issuer is "https:\/\/evil/),
      inJson("oidc.json", "issuer", undefined, /issuer is not set/),
      inJson("oidc.json", "clientId", "realm-management", /clientId is/),
      inJson("oidc.json", "tokenUrl", "https://evil.example/token", /tokenUrl is not known/),
      refused("oidc.json", /^/, "#", UNWRITTEN),
      inJson("settings.json", "baseUrl", "https://globex-eu.erp.example.com", /baseUrl is/),
      inJson("settings.json", "hosts", ["acme.erp.example.com", "erp.globex-eu.example"], /hosts\[1\] is/),
      inJson("settings.json", "reportUrl", "https://evil.example", /reportUrl is/),
      inJson("tenant.json", "id", "globex-eu", /id is "globex-eu"/),
      inJson("tenant.json", "unheardOf", 1, /unheardOf is not known/),
      watchdogRefused(watchdog({ tenants: { host: "evil.example" } }), /servers\[0\]\.host is "evil\.example"/),
      watchdogRefused(watchdog({ analytics: { host: "db.example.com" } }), /servers\[1\]\.host is "db\.example\.com"/),
      watchdogRefused(watchdog({ tenants: { sslmode: "prefer" } }), /sslmode is "prefer"/),
      watchdogRefused(watchdog({ tenants: { user: "acme" } }), /user is "acme"/),
      watchdogRefused(watchdog({ tenants: { passwordFile: "/etc/passwd" } }), /passwordFile is/),
      watchdogRefused(watchdog({ tenants: { trustedRoles: ["x", "acme"] } }), /trustedRoles\[1\] is "acme"/),
      watchdogRefused(
        watchdog({ tenants: { trustedRoles: ["acme_reporter"] } }),
        /trustedRoles\[0\] is "acme_reporter"/,
      ),
      watchdogRefused(watchdog({ analytics: { trustedRoles: ["tenant_acme_reader"] } }), /is "tenant_acme_reader"/),
      watchdogRefused(watchdog({ tenants: ENDLESS }), /sessionLocks is 100000000, expected a whole number/),
      watchdogRefused(watchdog({ seconds: 3600 }), /seconds is 3600/),
      watchdogRefused(watchdog({ analytics: { name: "other" } }), /"other", which is not known/),
      watchdogRefused(watchdog({ servers: undefined }), /servers is not set/),
      watchdogRefused(watchdog({}, { odoorc: "x" }), /is a file that pods are not known to have/),
      watchdogRefused(watchdog({}, { name: "tokens" }), /is a Secret outside any tenant/),
      ["another file", set(SECRET, ["stringData", "odoorc"], "x"), SECRET, /is a file that pods are not known to have/],
      [
        "another's database in Base64",
        encoded(edited("odoo.conf", (text) => text.replace("db_name = acme", "db_name = globex-eu"))),
        SECRET,
        /data\[odoo\.conf\]\.options\.db_name is "globex-eu"/,
      ],
      ["another tenant's name", variable("TENANT", "globex-eu"), "acme-backup", /env\[0\]\.value is "globex-eu"/],
      ...["/backup/repository", REPOSITORY.replace("acme", "globex-eu"), REPOSITORY.replace("prod", "staging")].map(
        (value): Breach => [
          `the repository ${value}`,
          variable("RESTIC_REPOSITORY", value),
          "acme-backup",
          /env\[0\]\.value is .*, expected "s3:https:\/\/s3\.example\.com\/backups\/prod\/acme"/,
        ],
      ),
      ...[
        "--database=globex-eu",
        "-d",
        "--db_host=evil.example",
        "--config=/tmp/x",
        "--dev=all",
        "--list-db",
        "--load=base,web,evil",
      ].map((word): Breach => [
        `the argument ${word}`,
        set("acme-web", "spec.template.spec.containers.0.args.1", word),
        "acme-web",
        /args\[1\] is .*not known as an argument/,
      ]),
      // The platform's pods: whoever mounts a Secret has what is in it.
      ...(
        [
          ["another command", "containers.0.command", ["python3", "-B", "-I", "/opt/maintenance/server.py"]],
          ["another script", "containers.0.command", ["python3", "/opt/watchdog/other.py"]],
          ["no command", "containers.0.command", undefined],
          ["arguments", "containers.0.args", ["odoo"]],
          ["a second container", "containers.1", { name: "x", command: ["/bin/sh", "/opt/odoo-saas/init.sh"] }],
          ["a first container", "initContainers", [{ name: "x", command: ["cp", "/usr/bin/restic", "/tools/restic"] }]],
          ["a tenant's Secret", "volumes.1.secret.secretName", "odoo-config"],
          ["another's program", "volumes.0.configMap.name", "maintenance"],
        ] as const
      ).map(([what, path, value]): Breach => [
        `the watchdog with ${what}`,
        set(WATCHDOG_PODS, `spec.template.spec.${path}`, value),
        WATCHDOG_PODS,
        /is .*, expected/,
      ]),
      ...["second", "odoo", undefined].map((name): Breach => [
        `pods of the platform's called ${name ?? "nothing"}`,
        set(WATCHDOG_PODS, "metadata.name", name),
        WATCHDOG_PODS,
        /pods outside any tenant that are not the Deployments odoo-watchdog and maintenance/,
      ]),
      [
        "the watchdog as a Job",
        remake(WATCHDOG_PODS, { type: "kubernetes:batch/v1:Job" }),
        WATCHDOG_PODS,
        /not the Deployments/,
      ],
      [
        "the maintenance page with the watchdog's Secret",
        set(WATCHDOG_PODS, "metadata.name", "maintenance"),
        WATCHDOG_PODS,
        /secretName is "odoo-watchdog", expected none/,
      ],
      [
        "a tenant's pods with the watchdog's Secret",
        set("acme-web", "spec.template.spec.volumes.0.secret.secretName", "odoo-watchdog"),
        "acme-web",
        /secretName is "odoo-watchdog", expected odoo-config/,
      ],
      [
        "a tenant's pods with the watchdog's command",
        set("acme-init", "spec.template.spec.containers.0.command", [
          "python3",
          "-B",
          "-I",
          "/opt/maintenance/server.py",
        ]),
        "acme-init",
        /not known to run/,
      ],
      ...[["sh", "-c", "x"], ["/opt/odoo-saas/serve.py"], ["python3", "-c", "x"]].map((command): Breach => [
        `the command ${command.join(" ")}`,
        set("acme-init", "spec.template.spec.containers.0.command", command),
        "acme-init",
        /command is .*not known to run/,
      ]),
    ],
    tolerated: [
      ["a Secret as the provider passes it on", encoded()],
      ["its own name", variable("TENANT", "acme")],
      ["the watchdog's Secret", watchdog()],
      [
        "roles of the platform's that the watchdog trusts",
        watchdog({ analytics: { trustedRoles: ["authenticator"] } }),
      ],
      ["its own repository", variable("RESTIC_REPOSITORY", REPOSITORY)],
      ["the image's own command", set("acme-web", "spec.template.spec.containers.0.command", undefined)],
      ["a file that is not known yet", set(SECRET, ["stringData", "odoo.conf"], UNKNOWN)],
    ] satisfies Tolerated[],
    guarded: [
      [SECRET, "stringData"],
      ["acme-web", "spec.template.spec.containers.0.command.0"],
      ["acme-web", "spec.template.spec.containers.0.args.0"],
      ["acme-backup", `${BACKUP}.env.0.value`],
    ],
  });

  // A stack that is configured from elsewhere: what only its settings would tell is not compared, the tenant's own names are.
  describePolicy(podConfiguration, {
    stack: "sandbox",
    breaches: [refused("odoo.conf", "db_name = acme", "db_name = globex-eu", /db_name is/)],
    tolerated: [
      [
        "another server",
        edited("odoo.conf", (text) => text.replace("db_host = db.example.com", "db_host = 127.0.0.1")),
      ],
      ["another repository", variable("RESTIC_REPOSITORY", "/backup/repository")],
    ],
    guarded: [],
  });

  it("accepts nothing of a stack whose file cannot be read", () => {
    const violations = judge(podConfiguration, compliantStack("prod-unheard-of"));
    assert(
      violations.some(({ message }) =>
        /db_host is "db\.example\.com", expected what Pulumi\.prod-unheard-of\.yaml says, which says nothing/.test(
          message,
        ),
      ),
    );
  });
});
