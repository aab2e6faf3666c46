import { watchdog } from "../../policies/watchdog.ts";
import { both, drop, remake, set } from "./support/fixtures.ts";
import { type Breach, describePolicy, wrong } from "./support/describePolicy.ts";
import { writeHostFiles } from "./support/hostCheckout.ts";
import { emptyCheckout, useCheckout } from "./support/releasedCheckout.ts";

const PODS = "platform-watchdog-pods";
const NETWORK = "platform-watchdog-network";
const PARTS = [
  [PODS, "Deployment"],
  [NETWORK, "NetworkPolicy"],
  ["platform-watchdog-config", "Secret"],
  ["platform-watchdog-script", "ConfigMap"],
] as const;
const LABEL = ["matchLabels", "app.kubernetes.io/name"];

describe("the watchdog of the PostgreSQL servers", () => {
  useCheckout(() => writeHostFiles(emptyCheckout()));

  describePolicy(watchdog, {
    breaches: [
      ...PARTS.flatMap(([part, kind]): Breach[] => {
        const message = new RegExp(`is a tenant of a stack without the ${kind} odoo-watchdog in odoo-platform`);
        return [
          [`no ${kind}`, drop(part), "acme", message],
          [`another name of the ${kind}`, set(part, "metadata.name", "other"), "acme", message],
          [`another namespace of the ${kind}`, set(part, "metadata.namespace", "odoo-acme"), "acme", message],
          [`a tenant's ${kind}`, remake(part, { parent: "acme" }), "acme", message],
        ];
      }),
      ["nothing of it", both(...PARTS.map(([part]) => drop(part))), "acme", /without the Deployment/],
      wrong(PODS, "spec.replicas", 0, /expected 2/),
      wrong(PODS, "spec.replicas", 1, /expected 2/),
      wrong(PODS, "spec.replicas", undefined, /expected 2/),
      wrong(PODS, "spec.strategy", undefined, /expected "RollingUpdate"/),
      wrong(PODS, "spec.strategy.type", "Recreate", /expected "RollingUpdate"/),
      wrong(PODS, "spec.strategy.rollingUpdate.maxUnavailable", "100%", /expected 0/),
      wrong(PODS, "spec.template", undefined, /is not set/),
      [
        "pods that its network policy does not select",
        set(PODS, ["spec", "template", "metadata", "labels", "app.kubernetes.io/name"], "other"),
        PODS,
        /is "other", expected "odoo-watchdog"/,
      ],
      ["a network policy of others", set(NETWORK, ["spec", "podSelector", ...LABEL], "x"), NETWORK, /is "x", expected/],
      [
        "no way to the tenants' server",
        set(NETWORK, "spec.egress.0", undefined),
        NETWORK,
        /10\.50\.16\.0\/28, tenants/,
      ],
      ["no way to the analytics server", set(NETWORK, "spec.egress.1", undefined), NETWORK, /no way to 10\.50\.20\.0/],
      ["no way out", set(NETWORK, "spec.egress", []), NETWORK, /egress is \[\]/],
      wrong("platform-watchdog-script", "data", {}, /is not set/),
    ],
    tolerated: [
      ["a stack without tenants", both(drop("acme"), drop("globex-eu"), ...PARTS.map(([part]) => drop(part)))],
    ],
    guarded: [
      [PODS, "spec.replicas"],
      [PODS, "spec.strategy"],
      [NETWORK, "spec.egress"],
    ],
  });
});
