import type { TenantWatch } from "../../api/watch.ts";
import { count } from "../lib/format.ts";
import { Facts, Unknown } from "./Facts.tsx";
import { Time } from "./Time.tsx";

/** A tenant's pods and the certificates of its own domains, as the cluster has them. */
export function PodFacts({ pods, certificates }: Pick<TenantWatch, "pods" | "certificates">) {
  return (
    <Facts
      of={[
        ["Pods ready", pods === undefined ? undefined : `${count(pods.ready)} of ${count(pods.pods)}`],
        ...(pods?.problem === undefined ? [] : [["Not ready", pods.problem] as const]),
        ["Restarts of containers", pods === undefined ? undefined : count(pods.restarts)],
        ...certificates.map(
          ({ hosts, endsAt, isReady }) =>
            [
              `Certificate of ${hosts.join(", ")}`,
              endsAt === undefined ? (
                isReady ? (
                  <Unknown key={hosts.join()} />
                ) : (
                  "not issued"
                )
              ) : (
                <span key={hosts.join()}>
                  ends <Time at={endsAt} />
                </span>
              ),
            ] as const,
        ),
      ]}
    />
  );
}
