import { noLiteralSecrets } from "../../policies/noLiteralSecrets.ts";
import { noServiceAccountTokens } from "../../policies/noServiceAccountTokens.ts";
import { resourceLimits } from "../../policies/resourceLimits.ts";
import { set } from "./support/fixtures.ts";
import { type Breach, describePolicy, wrong } from "./support/describePolicy.ts";

const SPEC = "spec.template.spec";

function inContainers(path: string, value: unknown, message: RegExp): Breach[] {
  return ["containers", "initContainers"].map((which) => [
    `${which}[0].${path}: ${JSON.stringify(value)}`,
    set("acme-web", `${SPEC}.${which}.0.${path}`, value),
    "acme-web",
    new RegExp(`${which}\\[0\\]\\..*${message.source}`, message.flags),
  ]);
}

describePolicy(resourceLimits, {
  breaches: [
    ...["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].flatMap((which) => [
      ...inContainers(`resources.${which}`, undefined, new RegExp(`resources\\.${which} is not set`)),
      ...inContainers(`resources.${which}`, "0", new RegExp(`resources\\.${which} is "0"`)),
      ...inContainers(`resources.${which}`, "", new RegExp(`resources\\.${which} is ""`)),
      ...inContainers(`resources.${which}`, 0, new RegExp(`resources\\.${which} is 0`)),
    ]),
    ...inContainers("resources", undefined, /resources\.limits\.memory is not set/),
    ...inContainers("resources.limits", {}, /resources\.limits\.cpu is not set/),
  ],
  tolerated: [
    ["a processor as a number", set("acme-web", `${SPEC}.containers.0.resources.limits.cpu`, 2)],
    ["an ephemeral container without", set("acme-web", `${SPEC}.ephemeralContainers`, [{ name: "debug" }])],
  ],
  guarded: [
    ["acme-web", `${SPEC}.containers.0.resources`],
    ["acme-web", `${SPEC}.containers.0.resources.limits.memory`],
  ],
});

const AUTOMOUNT = `${SPEC}.automountServiceAccountToken`;

describePolicy(noServiceAccountTokens, {
  breaches: [
    ["a pod that mounts it", set("acme-web", AUTOMOUNT, true), "acme-web", /automountServiceAccountToken is true/],
    [
      "a pod that does not say",
      set("acme-web", AUTOMOUNT, undefined),
      "acme-web",
      /automountServiceAccountToken is not set/,
    ],
    [
      "an account that does not say",
      set("acme-account", "automountServiceAccountToken", undefined),
      "acme-account",
      /: automountServiceAccountToken is not set/,
    ],
    [
      "an account that hands it out",
      set("acme-account", "automountServiceAccountToken", true),
      "acme-account",
      /is true/,
    ],
    [
      "a CronJob's pod",
      set("acme-backup", `spec.jobTemplate.${AUTOMOUNT}`, true),
      "acme-backup",
      /spec\.jobTemplate\.spec\.template\.spec\.automountServiceAccountToken/,
    ],
  ],
  guarded: [
    ["acme-web", AUTOMOUNT],
    ["acme-account", "automountServiceAccountToken"],
  ],
});

function env(name: string, value: unknown): Breach[] {
  return inContainers("env.1", { name, value }, /env\[1\]\.value is the secret itself/);
}

const HOLDS = /holds a password or a private key/;
const KEY = "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----";

describePolicy(noLiteralSecrets, {
  breaches: [
    wrong("github-variable-REGION", "variableName", "NPM_TOKEN", /a secret by its name/),
    wrong("github-variable-REGION", "value", "https://ada:hunter2@example.com", HOLDS),
    ...env("PGPASSWORD", "x"),
    ...env("DB_PASSWD", "x"),
    ...env("client_secret", "x"),
    ...env("ACCESS_TOKEN", "x"),
    ...env("S3_APIKEY", "x"),
    ...env("S3_API_KEY", "x"),
    ...env("SSH_PRIVATE_KEY", "x"),
    ...env("SSH_PRIVATEKEY", "x"),
    ...inContainers("env.1", { name: "DATABASE_URL", value: "postgres://acme:hunter2@db/acme" }, HOLDS),
    ...inContainers("args", ["--db_password=x"], HOLDS),
    ...inContainers("args", ["--db-password", "x"], HOLDS),
    ...inContainers("command", ["odoo", "--admin_passwd=x"], HOLDS),
    [
      "odoo.conf in a ConfigMap",
      set("acme-scripts", ["data", "odoo.conf"], "[options]\ndb_password = x\n"),
      "acme-scripts",
      HOLDS,
    ],
    [
      "a password that is set in from the margin",
      set("acme-scripts", ["data", "odoo.conf"], "[options]\n  db_password = x\n"),
      "acme-scripts",
      HOLDS,
    ],
    ...inContainers("command", ["sh", "-c", "exec odoo --db_password=x"], HOLDS),
    ...inContainers("command", ["sh", "-c", "exec odoo --admin-passwd x --stop-after-init"], HOLDS),
    [
      "the admin password in a ConfigMap",
      set("acme-scripts", ["data", "odoo.conf"], "admin_passwd=x"),
      "acme-scripts",
      HOLDS,
    ],
    ["a private key in a ConfigMap", set("acme-scripts", ["data", "tls.key"], KEY), "acme-scripts", HOLDS],
    [
      "an address with a password",
      set("acme-scripts", ["data", "x"], "s3 = https://me:pw@s3.example.com"),
      "acme-scripts",
      HOLDS,
    ],
  ],
  tolerated: [
    [
      "a path to a password",
      set("acme-web", `${SPEC}.containers.0.env.1`, { name: "PGPASSWORD_FILE", value: "/run/x" }),
    ],
    [
      "a password by reference",
      set("acme-web", `${SPEC}.containers.0.env.1`, {
        name: "PGPASSWORD",
        valueFrom: { secretKeyRef: { name: "x", key: "y" } },
      }),
    ],
    ["a script that speaks of one", set("acme-scripts", ["data", "x.sh"], "echo no db_password = in odoo.conf")],
    ["an empty password", set("acme-web", `${SPEC}.containers.0.env.1`, { name: "PGPASSWORD", value: "" })],
    ["a script that reads one", set("acme-scripts", ["data", "x.sh"], "psql postgres://acme:$PGPASSWORD@db/acme")],
    ["an address without a password", set("acme-scripts", ["data", "x"], "https://s3.example.com:9000/bucket@1")],
  ],
  guarded: [
    ["acme-web", `${SPEC}.containers.0.env.0.value`],
    ["acme-scripts", ["data", "init.sh"]],
  ],
});
