import { K8S } from "../../../policies/lib/types.ts";
import type { Resource } from "../../../features/look/judge.ts";
import { add, set } from "../support/fixtures.ts";
import {
  bad,
  badElsewhere,
  badContainer,
  badPod,
  type Breaks,
  type FieldBreak,
  first,
  ofTenants,
  only,
  OTHER,
  outside,
  OWN,
  type Selector,
} from "./breaks.ts";

const hasFiles = ({ props }: Resource): boolean => typeof props["stringData"] === "object";
const SECRET = only(K8S.secret, (secret) => ofTenants(secret) && hasFiles(secret));
const WATCHDOG = only(K8S.secret, (secret) => !ofTenants(secret) && hasFiles(secret));

const PLATFORMS = only(K8S.deployment, (resource) => !ofTenants(resource));
const PLATFORMS_WATCHDOG = ({ name }: Resource): boolean => name === "platform-watchdog-pods";

/** A file that pods mount, with one setting changed. */
function edited(file: string, from: string | RegExp, ...to: string[]): FieldBreak[] {
  return editedOn(SECRET, file, from, ...to);
}

function editedOn(on: Selector, file: string, from: string | RegExp, ...to: string[]): FieldBreak[] {
  return to.flatMap((text) => bad(on, ["stringData", file], (old: unknown) => String(old).replace(from, text)));
}

/** The watchdog's settings of both servers, with one changed of the first. */
function watchdog(from: string | RegExp, ...to: string[]): FieldBreak[] {
  return editedOn(WATCHDOG, "settings.json", from, ...to);
}

const WATCHED = ["seconds", "servers", "servers[].name"].map((key) => `stringData[settings.json].${key}`);

function otherServer(resources: Resource[]): void {
  const secret = resources.find((resource) => resource.type === K8S.secret && !ofTenants(resource));
  if (secret === undefined) throw new Error("The graph has no Secret of the watchdog");
  set(secret.urn, ["stringData", "settings.json"], '{"seconds":99,"servers":[{"name":"other"}]}')(resources);
}

/** The settings in files that no setting may be missing of. */
const SETTINGS = [
  ...["admin_passwd", "db_host", "db_name", "db_sslmode", "db_user", "dbfilter", "list_db"].map(
    (key) => `stringData[odoo.conf].options.${key}`,
  ),
  ...["dbname", "host", "sslmode", "user"].map((key) => `stringData[pg_service.conf].odoo.${key}`),
  ...["oidc.json].clientId", "oidc.json].issuer", "tenant.json].id"].map((path) => `stringData[${path}`),
];
const DEBUGGER = "pods.spec.ephemeralContainers[].env[]";

const isWatchdogs = ({ name }: Resource): boolean => name.startsWith("platform-watchdog-");
const WATCHDOGS_NETWORK = only(K8S.networkPolicy, isWatchdogs);

function withoutWatchdog(resources: Resource[]): void {
  const others = resources.filter((resource) => !isWatchdogs(resource));
  resources.splice(0, resources.length, ...others);
}

/** The files of another tenant, whole: a component that was given the wrong tenant. */
function othersFiles(resources: Resource[]): void {
  const { urn, props } = first(resources, K8S.secret);
  const files = Object.entries(Object(props["stringData"]) as Record<string, string>);
  const others = files.map(([key, text]) => [key, text.replaceAll(OWN, OTHER)]);
  set(urn, "stringData", Object.fromEntries(others))(resources);
}

function othersName(resources: Resource[]): void {
  const { urn } = first(resources, K8S.pod);
  set(urn, "spec.ephemeralContainers.0.env", [{ name: "TENANT", value: OTHER }])(resources);
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
    ...edited("odoo.conf", "smtp_ssl = True", "smtp_ssl = False"),
    ...edited("odoo.conf", /admin_passwd = .*/, "admin_passwd = admin", "admin_passwd = ", ""),
    ...edited(
      "odoo.conf",
      /server_wide_modules = .*/,
      "server_wide_modules = base,web,evil_module",
      "server_wide_modules = ",
    ),
    ...edited("odoo.conf", "db_port = 5432", "db_port = 6432"),
    ...edited("pg_service.conf", "port=5432", "port=6432"),
    ...edited("odoo.conf", "[options]", "[options]\ndev_mode = all", "[options]\nupgrade_path = /tmp"),
    ...edited("pg_service.conf", `dbname=${OWN}`, `dbname=${OTHER}`, ""),
    ...edited("pg_service.conf", `user=${OWN}`, `user=${OTHER}`, ""),
    ...edited("pg_service.conf", /host=.*/, "host=evil.example", "hostaddr=10.0.0.1", ""),
    ...edited("oidc.json", `/realms/${OWN}`, `/realms/${OTHER}`, "/realms/master"),
    ...edited("oidc.json", /"https:[^"]*realms/, '"https://evil.example/realms'),
    ...edited("oidc.json", '"clientId": "odoo"', '"clientId": "admin-cli"'),
    ...edited("settings.json", /"baseUrl": "https:../, '"baseUrl": "https://crm.'),
    ...edited("tenant.json", OWN, OTHER),
    ...watchdog(/"host": "[^"]*"/, '"host": "evil.example"'),
    ...watchdog(/"user": "[^"]*"/, '"user": "platform_admin"'),
    ...watchdog(/"passwordFile": "[^"]*"/, '"passwordFile": "/etc/odoo/odoo.conf"'),
    ...watchdog(/"sslmode": "[^"]*"/, '"sslmode": "disable"'),
    ...watchdog('"trustedRoles": [', `"trustedRoles": ["${OWN}",`, `"trustedRoles": ["${OWN}_reporter",`),
    ...watchdog(/"sessionLocks": \d+/, '"sessionLocks": 100000000'),
    ...watchdog(/"seconds": \d+/, '"seconds": 3600'),
    ...watchdog('"name": "analytics"', '"name": "other"', '"name": "tenants"'),
    ...watchdog(/"servers": \[[^]*\]/, '"servers": []'),
    ...bad(WATCHDOG, "metadata.name", "tokens"),
    { what: "a watchdog that looks at another server, and seldom", change: otherServer, breaks: WATCHED },
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
    ...badContainer(
      "args",
      ["--database", OTHER],
      ["-d", OTHER],
      ["--config=/tmp/x"],
      ["--load=base,web,evil_module"],
      [`--db_host=evil.example`],
    ),
    ...bad(only(K8S.deployment, ofTenants), "spec.template.spec.containers.*.env.*.name", "RESTIC_REPOSITORY"),
    ...bad(only(K8S.pod), "spec.ephemeralContainers.*.env.*.name", "RESTIC_REPOSITORY"),
    ...bad(PLATFORMS, "metadata.name", "second", "odoo-web"),
    ...bad(
      PLATFORMS,
      "spec.template.spec.containers.*.command",
      undefined,
      ["python3", "/opt/watchdog/other.py"],
      ["/bin/sh", "/opt/odoo-saas/init.sh"],
    ),
    ...bad(PLATFORMS, "spec.template.spec.containers.*.args", ["odoo"]),
    ...bad(PLATFORMS, "spec.template.spec.initContainers", [{ command: ["/bin/sh", "/opt/odoo-saas/backup.sh"] }]),
    ...bad(PLATFORMS, "spec.template.spec.volumes.0", { secret: { secretName: "odoo-config" } }),
    ...bad(PLATFORMS, "spec.template.spec.volumes.0.configMap.name", "odoo-scripts"),
    ...badPod("spec.volumes.0", { secret: { secretName: "tokens" } }, { configMap: { name: "others" } }),
    ...badPod("spec.volumes.*.secret", { secretName: "tokens" }),
    ...badPod("spec.volumes.*.configMap", { name: "others" }),
    ...badPod("spec.volumes.*.secret.secretName", "tokens"),
    {
      what: "a second pod with the watchdog's Secret",
      change: (resources) => {
        const pods = resources.find(PLATFORMS_WATCHDOG) ?? first(resources, K8S.deployment);
        const props = { ...pods.props, metadata: { name: "second", namespace: "odoo-platform" } };
        add({ type: K8S.deployment, name: "second", props })(resources);
      },
    },
    { what: "another tenant's files", change: othersFiles, breaks: SETTINGS },
    { what: "another tenant's name for who looks into a pod", change: othersName, breaks: [`${DEBUGGER}.value`] },
    { what: "a Secret outside any tenant", change: outside(K8S.secret) },
  ],
  watchdog: [
    ...bad(only(K8S.deployment, PLATFORMS_WATCHDOG), "spec.replicas", 0, 1, undefined),
    ...bad(only(K8S.deployment, PLATFORMS_WATCHDOG), "spec.strategy", undefined),
    ...bad(only(K8S.deployment, PLATFORMS_WATCHDOG), "spec.strategy.type", "Recreate"),
    ...bad(
      only(K8S.deployment, PLATFORMS_WATCHDOG),
      "spec.strategy.rollingUpdate.maxUnavailable",
      2,
      "100%",
      undefined,
    ),
    ...bad(
      only(K8S.deployment, PLATFORMS_WATCHDOG),
      ["spec", "template", "metadata", "labels", "app.kubernetes.io/name"],
      "odoo-maintenance",
    ),
    ...bad(WATCHDOGS_NETWORK, ["spec", "podSelector", "matchLabels", "app.kubernetes.io/name"], "x", undefined),
    ...bad(WATCHDOGS_NETWORK, "spec.egress", [], undefined),
    // The first rule is for DNS.
    ...bad(WATCHDOGS_NETWORK, "spec.egress.1.to.0.ipBlock.cidr", "10.0.0.0/24"),
    ...bad(WATCHDOGS_NETWORK, "spec.egress.2.to.0.ipBlock.cidr", "10.0.0.0/24"),
    ...bad(only(K8S.configMap, isWatchdogs), "data", {}, undefined),
    ...badElsewhere(
      only([K8S.deployment, K8S.secret, K8S.networkPolicy, K8S.configMap], isWatchdogs),
      "metadata.name",
      "x",
    ),
    ...badElsewhere(
      only([K8S.deployment, K8S.secret, K8S.networkPolicy, K8S.configMap], isWatchdogs),
      "metadata.namespace",
      "kube-system",
    ),
    ...bad(only(K8S.configMap, isWatchdogs), ["data", "watchdog.py"], undefined),
    {
      what: "a watchdog whose pods nothing lets out",
      change: (resources) => {
        const { urn } = resources.find(PLATFORMS_WATCHDOG) ?? first(resources, K8S.deployment);
        set(urn, ["spec", "template", "metadata", "labels", "app.kubernetes.io/name"], "other")(resources);
      },
      breaks: ["spec.template.metadata.labels.app.kubernetes.io/name"],
    },
    { what: "no watchdog", change: withoutWatchdog },
  ],
};
