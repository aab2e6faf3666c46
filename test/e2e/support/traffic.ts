import { z } from "zod";
import { kubernetes } from "./clients.ts";

const GATEWAY_API = "gateway.networking.k8s.io";

const route = z.object({
  spec: z.object({
    rules: z.array(
      z.object({
        backendRefs: z.array(z.object({ name: z.string(), namespace: z.string().optional(), port: z.number() })),
      }),
    ),
  }),
});
const grants = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        from: z.array(z.object({ namespace: z.string() })),
        to: z.array(z.object({ name: z.string() })),
      }),
    }),
  ),
});

/** Where a tenant's platform host leads, as the API server has it. */
export interface Traffic {
  /** `service:port`, with `namespace/` before it when it is another's. */
  readonly backends: readonly string[];
  /** What lets routes of the tenant's namespace lead into the platform's. */
  readonly grant: { readonly from: string; readonly to: string } | undefined;
}

/** Reads a tenant's route, and the grant that is named after its namespace. */
export async function readTraffic(kubeconfig: string, namespace: string): Promise<Traffic> {
  const { custom } = kubernetes(kubeconfig);
  const { spec } = route.parse(
    await custom.getNamespacedCustomObject({
      group: GATEWAY_API,
      version: "v1",
      plural: "httproutes",
      namespace,
      name: "odoo",
    }),
  );
  const { items } = grants.parse(
    await custom.listNamespacedCustomObject({
      group: GATEWAY_API,
      version: "v1beta1",
      plural: "referencegrants",
      namespace: "odoo-platform",
    }),
  );
  const grant = items.find(({ metadata }) => metadata.name === namespace);
  return {
    backends: spec.rules.flatMap(({ backendRefs }) =>
      backendRefs.map(({ name, namespace: other, port }) => `${other === undefined ? "" : `${other}/`}${name}:${port}`),
    ),
    grant: grant && { from: grant.spec.from[0]?.namespace ?? "", to: grant.spec.to[0]?.name ?? "" },
  };
}
