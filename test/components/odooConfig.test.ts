import assert from "node:assert/strict";
import {
  configRevision,
  cronServerWideModules,
  databaseRootCertificate,
  renderOdooFiles,
  serverWideModules,
} from "../../components/odooConfig.ts";
import type { OdooSettings } from "../../components/odooConfig.ts";
import { exampleTenant } from "../support/specs.ts";

const mail = {
  host: "mail.example",
  port: 587,
  tls: "starttls",
  user: "odoo-saas",
  generation: 1,
  from: "odoo@odoo.example",
} as const;
const settings: OdooSettings = {
  database: { host: "db.example", port: 6432, name: "acme", role: "acme", sslmode: "verify-full" },
  plan: exampleTenant().plan,
  modules: ["project", "session_db"],
  mail,
  oidc: { issuer: "https://login.example/realms/acme", displayName: "Acme", administrator: "it@acme.example" },
  environment: "prod",
  hosts: exampleTenant().hosts,
  company: { name: "Acme", country: "PH", language: "en_US" },
  egress: ["sms"],
};
const secrets = {
  databasePassword: "p1",
  adminPassword: "p2",
  clientId: "odoo",
  clientSecret: "p3",
  mailPassword: "p4",
};
/** The lines of odoo.conf about mail. */
function mailLines(changed: OdooSettings): string[] {
  const lines = renderOdooFiles(changed, secrets)["odoo.conf"].split("\n");
  return lines.filter((line) => /^(?:smtp_|email_|from_)/.test(line));
}

describe("renderOdooFiles", () => {
  it("renders odoo.conf", () => {
    assert.equal(
      renderOdooFiles(settings, secrets)["odoo.conf"],
      [
        "[options]",
        "admin_passwd = p2",
        "addons_path = /mnt/extra-addons",
        "data_dir = /var/lib/odoo",
        "db_host = db.example",
        "db_port = 6432",
        "db_user = acme",
        "db_password = p1",
        "db_name = acme",
        "db_sslmode = verify-full",
        "db_template = template0",
        "db_maxconn = 2",
        "db_maxconn_gevent = 17",
        "dbfilter = ^acme$",
        "list_db = False",
        "proxy_mode = True",
        "without_demo = all",
        "http_port = 8069",
        "gevent_port = 8072",
        "workers = 5",
        "max_cron_threads = 1",
        "limit_memory_soft = 2147483648",
        "limit_memory_hard = 2684354560",
        "limit_time_cpu = 60",
        "limit_time_real = 120",
        "server_wide_modules = base,web,session_db",
        "smtp_server = mail.example",
        "smtp_port = 587",
        "smtp_ssl = True",
        "smtp_user = odoo-saas",
        "smtp_password = p4",
        "email_from = odoo@odoo.example",
        "from_filter = odoo.example",
        "publisher_warranty_url = http://127.0.0.1:9",
        "running_env = prod",
        "",
      ].join("\n"),
    );
  });

  it("renders libpq's service file and the sign-on provider", () => {
    const files = renderOdooFiles(settings, secrets);
    assert.equal(
      files["pg_service.conf"],
      "[odoo]\nhost=db.example\nport=6432\ndbname=acme\nuser=acme\npassword=p1\nsslmode=verify-full\n" +
        "application_name=odoo-saas/acme\nsslrootcert=system\n",
    );
    assert.deepEqual(JSON.parse(files["oidc.json"]), {
      issuer: "https://login.example/realms/acme",
      displayName: "Acme",
      administrator: "it@acme.example",
      clientId: "odoo",
      clientSecret: "p3",
    });
  });

  it("logs in to the mail server only with a user, and without TLS only where the stack says so", () => {
    const plain = { host: "mail.example", port: 25, tls: "none", generation: 1, from: "odoo@odoo.example" } as const;
    assert.deepEqual(mailLines({ ...settings, mail: plain }), [
      "smtp_server = mail.example",
      "smtp_port = 25",
      "smtp_ssl = False",
      "email_from = odoo@odoo.example",
      "from_filter = odoo.example",
    ]);
  });

  it("names no mail server where no mail is sent", () => {
    const { database, plan, modules, oidc, environment, hosts, company, egress } = settings;
    assert.deepEqual(mailLines({ database, plan, modules, oidc, environment, hosts, company, egress }), []);
  });

  it("renders what the init Job settles in the database", () => {
    assert.deepEqual(JSON.parse(renderOdooFiles(settings, secrets)["settings.json"]), {
      environment: "prod",
      baseUrl: "https://acme.odoo.example",
      hosts: ["acme.odoo.example", "erp.acme.example"],
      workers: 5,
      reportUrl: "http://127.0.0.1:8072",
      company: { name: "Acme", country: "PH", language: "en_US" },
      egress: ["sms"],
    });
  });

  it("refuses a value that would begin another setting", () => {
    for (const lineBreak of ["\n", "\r"]) {
      assert.throws(() => renderOdooFiles(settings, { ...secrets, databasePassword: `x${lineBreak}list_db = True` }), {
        message: "db_password has a line break, expected one line",
      });
    }
  });
});

describe("server-wide modules", () => {
  it("are those that are installed and need it, the job runner only in the cron pod", () => {
    assert.deepEqual(serverWideModules(["project", "queue_job", "session_db"]), ["base", "web", "session_db"]);
    assert.deepEqual(cronServerWideModules(["project", "queue_job"]), ["base", "web", "queue_job"]);
    assert.deepEqual(cronServerWideModules(["project"]), ["base", "web"]);
  });
});

describe("databaseRootCertificate", () => {
  it("is given for verify-full only: libpq refuses `system` for the weaker modes", () => {
    assert.equal(databaseRootCertificate("verify-full"), "system");
    for (const sslmode of ["verify-ca", "require", "disable"]) assert.equal(databaseRootCertificate(sslmode), "");
  });
});

describe("configRevision", () => {
  const revision = configRevision(settings, { database: 1, realm: 1 });

  it("stays when nothing changes", () => {
    assert.equal(configRevision({ ...settings }, { database: 1, realm: 1 }), revision);
    assert.match(revision, /^[0-9a-f]{16}$/);
  });

  it("changes with a rotation of either secret, and with each setting", () => {
    const others = [
      configRevision(settings, { database: 2, realm: 1 }),
      configRevision(settings, { database: 1, realm: 2 }),
      configRevision({ ...settings, modules: [] }, { database: 1, realm: 1 }),
      configRevision({ ...settings, plan: { ...settings.plan, workers: 4 } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, mail: { ...mail, port: 25 } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, mail: { ...mail, tls: "none" } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, mail: { ...mail, user: "other" } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, mail: { ...mail, from: "other@odoo.example" } }, { database: 1, realm: 1 }),
      // The password's own: nothing else says that it was replaced.
      configRevision({ ...settings, mail: { ...mail, generation: 2 } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, oidc: { ...settings.oidc, issuer: "https://other" } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, oidc: { ...settings.oidc, displayName: "Other" } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, company: { ...settings.company, name: "Other" } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, egress: [] }, { database: 1, realm: 1 }),
      configRevision({ ...settings, environment: "staging" }, { database: 1, realm: 1 }),
      configRevision({ ...settings, hosts: { ...settings.hosts, custom: [] } }, { database: 1, realm: 1 }),
      configRevision({ ...settings, database: { ...settings.database, host: "other" } }, { database: 1, realm: 1 }),
    ];
    assert.equal(new Set([revision, ...others]).size, others.length + 1);
  });
});
