import { GITHUB, K8S } from "../../../policies/lib/types.ts";
import { bad, badContainer, badPod, type Breaks } from "./breaks.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const AGENT = "https://agent:hunter2@collector.example";

/** What holds of the pods that any kind of workload makes. */
export const WORKLOAD_BREAKS: Breaks = {
  "images-by-digest": badContainer(
    "image",
    "docker.io/library/odoo:18.0",
    "docker.io/library/odoo",
    `docker.io/library/odoo@sha256:${DIGEST.slice(1)}`,
    `docker.io/library/odoo@sha512:${DIGEST}`,
    undefined,
  ),
  "no-literal-secrets": [
    ...badContainer("env", [{ name: "PGPASSWORD", value: "hunter2" }], [{ name: "AGENT", value: AGENT }]),
    ...badContainer("env.*.name", (old: unknown) => `${String(old)}_TOKEN`),
    ...badContainer("env.*.value", AGENT, "-----BEGIN PRIVATE KEY-----"),
    ...badContainer("command", ["odoo", "--db_password=hunter2"], ["sh", "-c", `curl ${AGENT}`]),
    ...badContainer("args", ["--db_password", "hunter2"], ["admin_passwd = hunter2"]),
    ...bad(K8S.configMap, ["data", "odoo.conf"], "[options]\nadmin_passwd = hunter2\n", "db_password=hunter2"),
    ...bad(K8S.configMap, ["data", "key.pem"], "-----BEGIN RSA PRIVATE KEY-----\n"),
    ...bad(GITHUB.variable, "variableName", "NPM_TOKEN"),
    ...bad(GITHUB.variable, "value", AGENT),
  ],
  "no-service-account-tokens": [
    ...badPod("spec.automountServiceAccountToken", true, undefined),
    ...bad(K8S.serviceAccount, "automountServiceAccountToken", true, undefined),
  ],
  "resource-limits": ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].flatMap((key) =>
    ["initContainers", "containers"].flatMap((list) =>
      badPod(["spec", list, "*", "resources", ...key.split(".")], undefined, 0, "0", ""),
    ),
  ),
  "restricted-pods": [
    ...badPod("spec.securityContext.runAsNonRoot", false, undefined),
    ...badPod("spec.securityContext.seccompProfile", undefined),
    ...badPod("spec.securityContext.seccompProfile.type", undefined),
    ...badContainer("securityContext.runAsNonRoot", false),
    ...badContainer("securityContext.allowPrivilegeEscalation", true, undefined),
    ...badContainer("securityContext.readOnlyRootFilesystem", false, undefined),
    ...badContainer("securityContext.capabilities.drop", [], ["NET_RAW"], undefined),
  ],
};
