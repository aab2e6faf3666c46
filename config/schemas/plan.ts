import { z } from "zod";
import { singleLine, mapping, planName, text, integer, expecting } from "./common.ts";
import { cpuMillis, memoryBytes } from "../quantity.ts";
import { MAX_REPLICAS } from "../sizes.ts";

// A quantity that is none has a message of its own; its size is NaN, which is not above anything.
const cpu = text(/^(?:[1-9]\d*m|\d+(?:\.\d{1,3})?)$/, 'an amount of CPU such as "500m" or "2"');
const bytes = text(/^[1-9]\d*(?:Mi|Gi)$/, 'an amount such as "512Mi" or "2Gi"');
/** A size of a volume. */
export const storage = text(/^[1-9]\d*(?:Gi|Ti)$/, 'a size such as "20Gi"');

/** A plan: how large a tenant is. */
export const planSchema = mapping({
  displayName: singleLine("the plan's name", 40).describe("Display name."),
  workers: integer(2, 64).describe("Odoo HTTP worker processes in each web pod. At least 2: with fewer, there is no websocket port."),
  replicas: integer(1, MAX_REPLICAS).describe("Web pods."),
  cronWorkers: integer(1, 8).describe("Cron threads in the one cron pod."),
  jobMinutes: integer(2, 720)
    .default(60)
    .describe("Minutes that a scheduled action or a queue job may take; one that takes longer is cancelled. Default 60."),
  cpu: mapping({ request: cpu, limit: cpu })
    .refine((value) => !(cpuMillis(value.request) > cpuMillis(value.limit)), {
      error: "has a request above its limit, expected a request of at most the limit",
    })
    .describe("CPU of each web pod."),
  memory: mapping({ request: bytes, limit: bytes })
    .refine((value) => !(memoryBytes(value.request) > memoryBytes(value.limit)), {
      error: "has a request above its limit, expected a request of at most the limit",
    })
    .describe("Memory of each web pod."),
  storage: storage.describe("Size of the filestore volume."),
  databaseConnections: integer(4, 1000).describe("Connection limit of the tenant's database role."),
}).describe("Size of a tenant.");

/** `plans.yaml`: plans by name. */
export const plansSchema = z
  .record(planName, planSchema, expecting("a mapping from plan names to plans"))
  .describe("Plans that a tenant can be on, by name.");

/** A plan of plans.yaml. */
export type PlanFile = z.output<typeof planSchema>;
