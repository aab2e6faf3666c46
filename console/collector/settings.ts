import { z } from "zod";
import { EVENTS_VARIABLE } from "../../features/events/index.ts";
import { filled, readEnvironment } from "../domain/environment.ts";

const address = z.url({ protocol: /^https?$/, error: "expected an http or https address" });

const environmentSchema = z.object({
  CONSOLE_DATABASE_URL: filled,
  /** A clone of the repository at its main branch. */
  CONSOLE_ROOT: filled,
  /** Folder, or `s3://bucket/prefix`, of `inventory-<stack>.json`. */
  CONSOLE_INVENTORIES: filled,
  /** Folder, or `s3://bucket/prefix`, of the events ledger. */
  [EVENTS_VARIABLE]: filled,
  /** The analytics server, as the role that may ask when tenants' data were copied. Default: not watched. */
  CONSOLE_ANALYTICS_URL: filled.optional(),
  /** Kubeconfig, as text, of an account that may list pods and certificates. Default: the cluster is not watched. */
  CONSOLE_KUBECONFIG: filled.optional(),
  /** Alertmanager, and a token that it asks for. Default: no alert is known. */
  CONSOLE_ALERTMANAGER_URL: address.optional(),
  CONSOLE_ALERTMANAGER_TOKEN: filled.optional(),
  /** Prometheus, and a token that it asks for. Default: availability is not known. */
  CONSOLE_PROMETHEUS_URL: address.optional(),
  CONSOLE_PROMETHEUS_TOKEN: filled.optional(),
  /** Where the program that opens requests tells what became of them, and a token to ask with. Only a sandbox has both. */
  CONSOLE_STATUS_URL: z.url().optional(),
  CONSOLE_STATUS_TOKEN: z.string().optional(),
});

/** What the collector reads, and where it writes. */
export type Settings = z.output<typeof environmentSchema>;

/** Reads the settings from variables. @throws UserError with everything that is missing or wrong */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  return readEnvironment(environmentSchema, env, "The collector");
}
