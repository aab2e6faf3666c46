import { ApiException, CoreV1Api, PatchStrategy, setHeaderOptions, V1PersistentVolume } from "@kubernetes/client-node";
import type { KubeConfig, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { follow, log } from "./follow.ts";

/** The storage class of kubernetes/cluster.yaml, and its provisioner. */
const STORAGE_CLASS = "sandbox";
const PROVISIONER = "sandbox.odoo-saas.dev";

/** Annotation of a claim whose first pod has a node: its volume may be made now. */
const SELECTED_NODE = "volume.kubernetes.io/selected-node";

/**
 * Makes a volume for each claim of the sandbox's storage class once a pod needs it, makes it as large as the claim asks, and
 * removes it when its claim is gone.
 */
export function provideVolumes(config: KubeConfig): void {
  const api = config.makeApiClient(CoreV1Api);
  follow<V1PersistentVolumeClaim>(config, {
    path: "/api/v1/persistentvolumeclaims",
    list: () => api.listPersistentVolumeClaimForAllNamespaces(),
    onObject: async (claim) => {
      if (claim.spec?.storageClassName !== STORAGE_CLASS || claim.metadata?.deletionTimestamp !== undefined) return;
      if (claim.status?.phase === "Bound") await enlarge(api, claim);
      else if (claim.metadata?.annotations?.[SELECTED_NODE] !== undefined)
        await ignoring(409, api.createPersistentVolume({ body: volumeFor(claim) }));
    },
  });
  follow<V1PersistentVolume>(config, {
    path: "/api/v1/persistentvolumes",
    list: () => api.listPersistentVolume(),
    onObject: async ({ metadata, status, spec }) => {
      const isOurs = spec?.storageClassName === STORAGE_CLASS && metadata?.deletionTimestamp === undefined;
      if (!isOurs || (status?.phase !== "Released" && status?.phase !== "Failed")) return;
      await ignoring(404, api.deletePersistentVolume({ name: metadata?.name ?? "" }));
      log(`volume ${metadata?.name ?? ""} removed`);
    },
  });
}

/** Gives a bound claim the size that it asks for, as a storage driver and the node do. */
async function enlarge(api: CoreV1Api, { metadata, spec, status }: V1PersistentVolumeClaim): Promise<void> {
  const storage = spec?.resources?.requests?.["storage"];
  const volume = spec?.volumeName;
  if (storage === undefined || volume === undefined || status?.capacity?.["storage"] === storage) return;
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const capacity = { storage };
  await api.patchPersistentVolume({ name: volume, body: { spec: { capacity } } }, merge);
  const claim = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
  await api.patchNamespacedPersistentVolumeClaimStatus({ ...claim, body: { status: { capacity } } }, merge);
  log(`volume ${volume} enlarged to ${storage}`);
}

function volumeFor({ metadata, spec }: V1PersistentVolumeClaim): V1PersistentVolume {
  const name = `pvc-${metadata?.uid ?? ""}`;
  return Object.assign(new V1PersistentVolume(), {
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
    spec: {
      storageClassName: STORAGE_CLASS,
      accessModes: spec?.accessModes ?? [],
      capacity: { storage: spec?.resources?.requests?.["storage"] ?? "1Gi" },
      persistentVolumeReclaimPolicy: "Delete",
      csi: { driver: PROVISIONER, volumeHandle: name },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: metadata?.namespace,
        name: metadata?.name,
        uid: metadata?.uid,
      },
    },
  });
}

async function ignoring(status: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException && error.code === status)) throw error;
  }
}
