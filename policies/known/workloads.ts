import { MAX_REPLICAS } from "../../config/sizes.ts";
import { HARMLESS, type Shape, whole } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";
import { objectsOf, TEMPLATE_METADATA } from "./metadata.ts";
import { POD, POD_TEMPLATE } from "./pods.ts";
import { SELECTOR } from "./selectors.ts";
import { CLAIM } from "./storage.ts";

const SECONDS = whole(0, 86400);
/** What else `tenant-lifecycle` and `watchdog` judge. */
const REPLICAS = whole(0, MAX_REPLICAS);

const JOB = {
  activeDeadlineSeconds: SECONDS,
  backoffLimit: whole(0, 10),
  podFailurePolicy: {
    rules: [
      {
        action: HARMLESS,
        onExitCodes: { containerName: HARMLESS, operator: HARMLESS, values: [HARMLESS] },
      },
    ],
  },
  template: POD_TEMPLATE,
} as const;

/** A Deployment of pods. */
export function deploymentOf(template: Shape): Shape {
  return {
    progressDeadlineSeconds: SECONDS,
    replicas: REPLICAS,
    revisionHistoryLimit: HARMLESS,
    selector: SELECTOR,
    strategy: { type: HARMLESS, rollingUpdate: { maxSurge: HARMLESS, maxUnavailable: HARMLESS } },
    template,
  };
}

const SPECIFICATIONS: Readonly<Record<string, Shape>> = {
  [K8S.cronJob]: {
    concurrencyPolicy: HARMLESS,
    failedJobsHistoryLimit: HARMLESS,
    jobTemplate: { metadata: TEMPLATE_METADATA, spec: JOB },
    schedule: HARMLESS,
    startingDeadlineSeconds: SECONDS,
    successfulJobsHistoryLimit: HARMLESS,
    timeZone: HARMLESS,
  },
  [K8S.daemonSet]: { selector: SELECTOR, template: POD_TEMPLATE },
  [K8S.deployment]: deploymentOf(POD_TEMPLATE),
  [K8S.job]: JOB,
  [K8S.pod]: POD,
  [K8S.replicaSet]: { replicas: REPLICAS, selector: SELECTOR, template: POD_TEMPLATE },
  [K8S.statefulSet]: {
    replicas: REPLICAS,
    selector: SELECTOR,
    serviceName: HARMLESS,
    template: POD_TEMPLATE,
    volumeClaimTemplates: [{ apiVersion: HARMLESS, kind: HARMLESS, metadata: TEMPLATE_METADATA, spec: CLAIM }],
  },
};

/** What makes pods. */
export const WORKLOADS = objectsOf(
  "policies/known/workloads.ts",
  Object.fromEntries(Object.entries(SPECIFICATIONS).map(([type, spec]) => [type, { spec }])),
);
