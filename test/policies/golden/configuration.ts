import { K8S } from "../../../policies/lib/types.ts";
import { bad, badContainer, type Breaks, type FieldBreak, ofTenants, only, OTHER, outside, OWN } from "./breaks.ts";

const SECRET = only(K8S.secret, ({ props }) => typeof props["stringData"] === "object");

/** A file that pods mount, with one setting changed. */
function edited(file: string, from: string | RegExp, ...to: string[]): FieldBreak[] {
  return to.flatMap((text) => bad(SECRET, ["stringData", file], (old: unknown) => String(old).replace(from, text)));
}

/** What pods are configured with, which is the tenant's own. */
export const CONFIGURATION: Breaks = {
  "pod-configuration": [
    ...edited("odoo.conf", `db_name = ${OWN}`, `db_name = ${OTHER}`, `db_name = ${OWN},${OTHER}`, "db_name = ", ""),
    ...edited("odoo.conf", `db_user = ${OWN}`, `db_user = ${OTHER}`, "db_user = platform_admin", ""),
    ...edited("odoo.conf", /db_host = .*/, "db_host = evil.example", "db_host = ", ""),
    ...edited("odoo.conf", /dbfilter = .*/, "dbfilter = .*", `dbfilter = ^${OTHER}$`, ""),
    ...edited("odoo.conf", "list_db = False", "list_db = True", ""),
    ...edited("odoo.conf", /db_sslmode = .*/, "db_sslmode = disable", ""),
    ...edited("odoo.conf", /smtp_server = .*/, "smtp_server = evil.example"),
    ...edited("odoo.conf", "[options]", "[options]\ndev_mode = all", "[options]\nupgrade_path = /tmp"),
    ...edited("pg_service.conf", `dbname=${OWN}`, `dbname=${OTHER}`, ""),
    ...edited("pg_service.conf", `user=${OWN}`, `user=${OTHER}`, ""),
    ...edited("pg_service.conf", /host=.*/, "host=evil.example", "hostaddr=10.0.0.1", ""),
    ...edited("oidc.json", `/realms/${OWN}`, `/realms/${OTHER}`, "/realms/master"),
    ...edited("oidc.json", /"https:[^"]*realms/, '"https://evil.example/realms'),
    ...edited("oidc.json", '"clientId": "odoo"', '"clientId": "admin-cli"'),
    ...edited("settings.json", /"baseUrl": "https:../, '"baseUrl": "https://crm.'),
    ...edited("tenant.json", OWN, OTHER),
    ...bad(K8S.secret, ["stringData", "odoorc"], "[options]\n"),
    ...bad(K8S.secret, ["data", "odoorc"], "W29wdGlvbnNd"),
    ...bad(K8S.secret, ["data", "odoo.conf"], Buffer.from(`[options]\ndb_name = ${OTHER}\n`).toString("base64")),
    ...badContainer(
      "env",
      [{ name: "TENANT", value: OTHER }],
      [{ name: "RESTIC_REPOSITORY", value: `s3:x/prod/${OTHER}` }],
    ),
    ...["1", "2"].flatMap((index) =>
      bad(only(K8S.cronJob, ofTenants), `spec.jobTemplate.spec.template.spec.containers.0.env.${index}.value`, OTHER),
    ),
    ...badContainer("env.*", { name: "TENANT", value: OTHER }),
    ...badContainer("command", ["sh", "-c", "x"], ["odoo"]),
    ...badContainer("args", ["--database", OTHER], ["-d", OTHER], ["--config=/tmp/x"], [`--db_host=evil.example`]),
    { what: "a Secret outside any tenant", change: outside(K8S.secret) },
  ],
};
