import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  StorageV1Api,
  V1Container,
  V1ObjectMeta,
  V1Pod,
  V1PodSpec,
  V1SecurityContext,
} from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import type { StackSettings } from "../../config/index.ts";
import { notesOf } from "./finding.ts";
import type { Finding, Note } from "./finding.ts";

const storageClass = z.looseObject({ allowVolumeExpansion: z.boolean().optional() });

/**
 * What the program needs of a cluster, looked at with the program's own kubeconfig.
 *
 * @param namespace of a tenant, where one is there
 */
export async function lookAtCluster(
  config: KubeConfig,
  { kubernetes, tls }: StackSettings,
  namespace: string | undefined,
): Promise<Finding[]> {
  const { findings, note } = notesOf("cluster");
  const custom = config.makeApiClient(CustomObjectsApi);
  const { gatewayClassName, storageClassName } = kubernetes;
  await noteObject(
    `the Gateway API and the Gateway's class "${gatewayClassName}" are there`,
    () =>
      custom.getClusterCustomObject({
        group: "gateway.networking.k8s.io",
        version: "v1",
        plural: "gatewayclasses",
        name: gatewayClassName,
      }),
    "install a Gateway controller (docs/clusters.md), and name its class in odoo-saas:kubernetes.gatewayClassName",
    note,
  );
  await noteObject(
    `cert-manager and its issuer "${tls.clusterIssuer}" are there`,
    () =>
      custom.getClusterCustomObject({
        group: "cert-manager.io",
        version: "v1",
        plural: "clusterissuers",
        name: tls.clusterIssuer,
      }),
    "install cert-manager with a ClusterIssuer for DNS challenges, and name it in odoo-saas:tls.clusterIssuer",
    note,
  );
  await noteObject(
    `volumes of class "${storageClassName}" can grow`,
    async () => {
      const found = await config.makeApiClient(StorageV1Api).readStorageClass({ name: storageClassName });
      return storageClass.parse(found).allowVolumeExpansion === true ? found : undefined;
    },
    "a class with allowVolumeExpansion: true in odoo-saas:kubernetes.storageClassName: else a larger plan's update fails",
    note,
  );
  await notePodSecurity(config, namespace, note);
  note(
    "the network plugin enforces NetworkPolicies",
    undefined,
    "the API server does not know",
    "from a tenant's pod, another tenant's must not answer: kubectl -n odoo-<one> exec deploy/odoo-web -- curl -sm 5 http://odoo.odoo-<other>:8069/web/health",
  );
  return findings;
}

/** Notes whether an object is there; unknown where the program may not look. */
async function noteObject(what: string, read: () => Promise<unknown>, remedy: string, note: Note): Promise<void> {
  try {
    const found = await read();
    note(what, found !== undefined, found === undefined ? "it is there, and cannot" : "it is there", remedy);
  } catch (error) {
    if (!(error instanceof ApiException))
      note(what, false, error instanceof Error ? error.message : String(error), remedy);
    else if (error.code === 403) note(what, undefined, "the program's account may not look", remedy);
    else note(what, false, error.code === 404 ? "it is not there" : `status ${error.code}`, remedy);
  }
}

/** Asks for a pod that no tenant may have, without making it. */
async function notePodSecurity(config: KubeConfig, namespace: string | undefined, note: Note): Promise<void> {
  const what = "the API server refuses a privileged pod in a tenant's namespace";
  const remedy = "switch the admission plugin PodSecurity on; every version since 1.25 has it on by default";
  if (namespace === undefined) {
    note(what, undefined, "there is no tenant yet", `${remedy}. Ask again with a tenant`);
    return;
  }
  const security = new V1SecurityContext();
  security.privileged = true;
  const container = new V1Container();
  Object.assign(container, { name: "none", image: "none.invalid/none", securityContext: security });
  const body = new V1Pod();
  body.metadata = new V1ObjectMeta();
  body.metadata.generateName = "preflight-";
  body.spec = new V1PodSpec();
  body.spec.containers = [container];
  try {
    await config.makeApiClient(CoreV1Api).createNamespacedPod({ namespace, body, dryRun: "All" });
    note(what, false, "it would be let in", remedy);
  } catch (error) {
    const text = error instanceof ApiException ? String(error.body) : String(error);
    if (/violates PodSecurity/.test(text)) note(what, true, `refused in ${namespace}`, "");
    else note(what, undefined, "the program's account may not ask", remedy);
  }
}
