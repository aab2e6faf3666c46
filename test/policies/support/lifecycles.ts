import { clock } from "../../../policies/lib/clock.ts";
import { add, both, type Change, set } from "./fixtures.ts";

/** The day that {@link onToday} makes it. */
export const TODAY = "2026-11-22";
/** Name of {@link grant}. */
export const GRANT = "acme-grant";
/** Names of both of acme's lifecycles. */
export const LIFECYCLES = ["acme-lifecycle", "acme-lifecycle-end"];

/** Sets a property of both of acme's lifecycles. */
export const state = (key: string, value: unknown): Change => both(...LIFECYCLES.map((name) => set(name, key, value)));

/** A way from acme's route to the maintenance page. */
export const grant = add({
  type: "kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant",
  name: GRANT,
  parent: "acme-dns",
  props: {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: "odoo-acme", namespace: "odoo-platform", labels: { "odoo-saas.dev/tenant": "acme" } },
    spec: {
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "odoo-acme" }],
      to: [{ group: "", kind: "Service", name: "maintenance" }],
    },
  },
});

/** Acme as the program makes it when it does not run. */
export const paused = both(
  state("lifecycle", "paused"),
  set("acme-web", "spec.replicas", 0),
  set("acme-realm-realm", "enabled", false),
  set("acme-route", "spec.rules", [{ backendRefs: [{ name: "maintenance", namespace: "odoo-platform", port: 8080 }] }]),
  grant,
);
/** Acme on its way out, on hold for another month. */
export const ending = both(paused, state("lifecycle", "decommissioning"), state("holdUntil", "2026-12-22"));
/** Acme on the day that its data may go. */
export const released = both(
  ending,
  state("holdUntil", TODAY),
  state("release", true),
  state("lastBackup", "0123abcd"),
);

/** Has the tests of the file that calls it run on {@link TODAY}. */
export function onToday(): void {
  const real = clock.now;
  before(() => {
    clock.now = () => new Date(`${TODAY}T12:00:00Z`);
  });
  after(() => {
    clock.now = real;
  });
}
