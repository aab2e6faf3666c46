import { join } from "node:path";
import type { Instance, SecretName } from "../instance.ts";

/** Who uses the API: the user's name there, its groups, and the secret that is its token. */
export const KUBERNETES_USERS = {
  /** May do all. For people and for preparing the cluster. */
  admin: { user: "sandbox-admin", groups: "system:masters", secret: "kubernetesAdmin" },
  /** The Pulumi program; its rights are in cluster.yaml. */
  program: { user: "odoo-saas", groups: "", secret: "kubernetesProgram" },
  controllerManager: { user: "system:kube-controller-manager", groups: "", secret: "kubernetesControllerManager" },
  scheduler: { user: "system:kube-scheduler", groups: "", secret: "kubernetesScheduler" },
  nodes: { user: "sandbox-nodes", groups: "", secret: "kubernetesNodes" },
  agent: { user: "sandbox-agent", groups: "", secret: "kubernetesAgent" },
  /** The console's collector; what it may list is in cluster.yaml. */
  console: { user: "odoo-saas-console", groups: "", secret: "kubernetesConsole" },
} as const satisfies Record<string, { user: string; groups: string; secret: SecretName }>;

/** A user of the API. */
export type KubernetesUser = keyof typeof KUBERNETES_USERS;

/** Folder of the cluster's files. */
export function kubernetesFolder({ home }: Pick<Instance, "home">): string {
  return join(home, "kubernetes");
}

/** Path of a user's kubeconfig. */
export function kubeconfigPath(instance: Instance, user: KubernetesUser): string {
  return join(kubernetesFolder(instance), `${user}.kubeconfig`);
}
