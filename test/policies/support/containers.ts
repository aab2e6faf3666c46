import type { Breach } from "./describePolicy.ts";
import { set } from "./fixtures.ts";

/** Where the fixtures' Deployment has its pod. */
export const SPEC = "spec.template.spec";

/** Breaches of one property of a container and of an init container; the message must name which. */
export function inContainers(path: string, value: unknown, message: RegExp): Breach[] {
  return ["containers", "initContainers"].map((which) => [
    `${which}[0].${path}: ${JSON.stringify(value)}`,
    set("acme-web", `${SPEC}.${which}.0.${path}`, value),
    "acme-web",
    new RegExp(`${which}\\[0\\]\\..*${message.source}`, message.flags),
  ]);
}
