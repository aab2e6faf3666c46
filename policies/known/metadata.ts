import { TENANT_LABEL, ENVIRONMENT_LABEL, OWNER_LABEL, WAY_OUT_ANNOTATION } from "../../config/names.ts";
import { HARMLESS, judgedBy, only, Part, partsOf, type Properties, text } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";

const FILE = "policies/known/metadata.ts";

/** Labels by which controllers of the cluster act, such as those of cloud identity and injected proxies, are not among them. */
const LABELS = {
  "app.kubernetes.io/name": judgedBy("labels-required"),
  "app.kubernetes.io/instance": judgedBy("labels-required"),
  "app.kubernetes.io/managed-by": judgedBy("labels-required"),
  "app.kubernetes.io/component": HARMLESS,
  "helm.sh/chart": HARMLESS,
  [TENANT_LABEL]: judgedBy("labels-required", "tenant-boundary"),
  [ENVIRONMENT_LABEL]: judgedBy("labels-required"),
  [OWNER_LABEL]: judgedBy("labels-required"),
};

const NAMESPACE_LABELS = {
  ...LABELS,
  "pod-security.kubernetes.io/enforce": judgedBy("namespace-pod-security"),
  "pod-security.kubernetes.io/enforce-version": judgedBy("namespace-pod-security"),
  "pod-security.kubernetes.io/warn": HARMLESS,
  "pod-security.kubernetes.io/warn-version": HARMLESS,
};

/** How Pulumi deletes. Its annotations that take over others' fields or adopt others' objects are not known. */
const DELETION = { "pulumi.com/deletionPropagationPolicy": only("background", "foreground") };
const AWAITED = { "pulumi.com/timeoutSeconds": text(/^\d{1,5}$/, "seconds") };

/** Annotations that only some kinds have. */
const ANNOTATIONS: Readonly<Record<string, Properties>> = {
  [K8S.deployment]: {
    ...AWAITED,
    "config.kubernetes.io/depends-on": text(
      /^(?:batch\/namespaces\/odoo-[a-z0-9-]+\/Job\/odoo-init-[0-9a-f]{10}|apps\/namespaces\/odoo-[a-z0-9-]+\/Deployment\/odoo-web)$/,
      "the init Job, or the web pods",
    ),
  },
  [K8S.job]: {
    ...AWAITED,
    "config.kubernetes.io/depends-on": text(
      /^\/namespaces\/odoo-[a-z0-9-]+\/ConfigMap\/odoo-scripts$/,
      "the ConfigMap with the revision that is wanted",
    ),
  },
  [K8S.volumeClaim]: { "pulumi.com/skipAwait": only("true") },
  [K8S.networkPolicy]: { [WAY_OUT_ANNOTATION]: judgedBy("tenant-egress") },
  [K8S.httpRoute]: {
    "external-dns.alpha.kubernetes.io/controller": only("dnsendpoint"),
    "external-dns.alpha.kubernetes.io/hostname": judgedBy("host-names"),
  },
};

/** What one file knows of several kinds, with what every object has. */
export function objectsOf(file: string, kinds: Readonly<Record<string, Properties>>): Readonly<Record<string, Part>> {
  const identity = judgedBy("known-types");
  return partsOf(
    file,
    Object.fromEntries(
      Object.entries(kinds).map(([type, body]) => [
        type,
        { apiVersion: identity, kind: identity, metadata: metadata(type), ...body },
      ]),
    ),
  );
}

function metadata(type: string): Part {
  return new Part(FILE, {
    name: judgedBy("unique-objects"),
    namespace: judgedBy("tenant-boundary", "shared-namespaces"),
    labels: type === K8S.namespace ? NAMESPACE_LABELS : LABELS,
    annotations: { ...DELETION, ...ANNOTATIONS[type] },
  });
}

/** Metadata of what an object is a template of: its pods, Jobs or claims. */
export const TEMPLATE_METADATA = new Part(FILE, {
  name: HARMLESS,
  labels: LABELS,
  annotations: {
    "checksum/config": HARMLESS,
    "checksum/script": HARMLESS,
    "checksum/scripts": HARMLESS,
  },
});
