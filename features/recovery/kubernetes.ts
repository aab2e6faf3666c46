import { ApiException, KubernetesObjectApi } from "@kubernetes/client-node";
import { z } from "zod";
import { UserError } from "../../lib/userError.ts";
import { kubeConfigOf } from "../../lib/kubeConfig.ts";
import { ENVIRONMENT_LABEL, TENANT_LABEL } from "../../config/names.ts";
import type { Declared } from "../../lib/pulumi.ts";
import type { Orphan } from "./orphan.ts";

/** The cluster could not be asked; the message says what to look at. */
export class KubernetesError extends UserError {
  override readonly name = "KubernetesError";
}

const object = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});

/** Labels that say whose an object is. */
const OWNER_LABELS = [TENANT_LABEL, ENVIRONMENT_LABEL] as const;

/**
 * Finds objects that exist in the cluster, and tells by their labels whose they are.
 *
 * They are not imported: the provider applies objects (server-side apply), so that one that is there is taken over by its
 * creation. Only what the killed update had applied under its own name must be forced.
 */
export class KubernetesOrphans {
  readonly #api: KubernetesObjectApi;

  /** @param kubeconfig its text; undefined: the ambient one, as the provider takes it */
  constructor(kubeconfig: string | undefined, context: string | undefined) {
    this.#api = KubernetesObjectApi.makeApiClient(kubeConfigOf(kubeconfig, context));
  }

  /** An object of the declared kind and name that has labels of the platform. @throws KubernetesError */
  async find({ inputs }: Declared): Promise<Orphan | undefined> {
    const declared = object.safeParse(inputs);
    if (!declared.success) return undefined;
    const { apiVersion, kind, metadata } = declared.data;
    const wanted = OWNER_LABELS.filter((label) => metadata.labels?.[label] !== undefined);
    if (wanted.length === 0) return undefined;
    const found = await this.#read({ apiVersion, kind, metadata });
    if (found === undefined) return undefined;
    const place = metadata.namespace === undefined ? "" : `${metadata.namespace}/`;
    const orphan = { id: `${place}${metadata.name}`, what: `${kind} ${place}${metadata.name}` };
    const wrong = wanted.find((label) => found[label] !== metadata.labels?.[label]);
    return wrong === undefined
      ? { ...orphan, proof: "it has the tenant's or the platform's labels" }
      : {
          ...orphan,
          doubt: `its label ${wrong} is ${found[wrong] ?? "missing"}, expected ${metadata.labels?.[wrong] ?? ""}`,
        };
  }

  /** Labels of an object; undefined when it is not there. */
  async #read(what: z.output<typeof object>): Promise<Readonly<Record<string, string>> | undefined> {
    const { name, namespace = "" } = what.metadata;
    try {
      const { metadata } = await this.#api.read({ ...what, metadata: { name, namespace } });
      return metadata?.labels ?? {};
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      const why =
        error instanceof ApiException ? `status ${error.code}` : error instanceof Error ? error.message : String(error);
      throw new KubernetesError(
        `The Kubernetes API does not show ${what.kind} ${name}: ${why}\nMake sure that it runs and that odoo-saas:kubeconfig is right, then run again.`,
      );
    }
  }
}
