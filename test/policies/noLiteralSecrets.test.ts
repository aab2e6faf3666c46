import { noLiteralSecrets } from "../../policies/noLiteralSecrets.ts";
import { inContainers, SPEC } from "./support/containers.ts";
import { set } from "./support/fixtures.ts";
import { type Breach, describePolicy, wrong } from "./support/describePolicy.ts";

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
