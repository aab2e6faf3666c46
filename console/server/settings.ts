import { z } from "zod";
import { filled, readEnvironment } from "../domain/environment.ts";
import { brandSchema } from "../api/session.ts";

/** An `http(s)` address without a path, such as `https://console.tbwa.example`. */
const origin = z
  .url({ protocol: /^https?$/, error: "expected an address such as https://console.tbwa.example" })
  .transform((text) => new URL(text).origin);
const address = z.url({ protocol: /^https?$/, error: "expected an http or https address" });
const port = z.coerce.number().int().min(1).max(65_535);

const environmentSchema = z.object({
  /** Where browsers reach the console. */
  CONSOLE_URL: origin,
  CONSOLE_PORT: port.default(8080),
  /** Address to listen on. */
  CONSOLE_LISTEN: z.string().default("0.0.0.0"),
  /**
   * Proxies between browsers and the server, each of which adds an address to X-Forwarded-For. 0: the header is not believed,
   * since anybody can send one; limits are then per address of the connection.
   */
  CONSOLE_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Port of the metrics, for monitoring only; no metrics without it. */
  CONSOLE_METRICS_PORT: port.optional(),
  CONSOLE_DATABASE_URL: filled,
  /** Realm of the staff, such as `https://sso.tbwa.example/realms/platform`. */
  CONSOLE_STAFF_ISSUER: address,
  CONSOLE_STAFF_CLIENT_ID: z.string().default("console"),
  CONSOLE_STAFF_CLIENT_SECRET: filled,
  /** Key of the secrets that the console's clients in tenants' realms have; without it, people of tenants cannot log in. */
  CONSOLE_TENANTS_KEY: filled.optional(),
  /** n8n's address, which requests are sent to. */
  CONSOLE_REQUESTS_URL: address,
  /** Secret that n8n shares. */
  CONSOLE_REQUESTS_SECRET: filled,
  /** The console's own login in `requesters.yaml`, and its private key (PEM). */
  CONSOLE_REQUESTS_LOGIN: filled,
  CONSOLE_REQUESTS_KEY: filled,
  /** A clone of the repository at its main branch, for checks and for what forms offer. */
  CONSOLE_ROOT: filled,
  /** Name, logo and colours, as JSON. */
  CONSOLE_BRAND: z
    .string()
    .default("{}")
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(brandSchema),
  /** What this console is for, such as `prod`; shown beside the name. */
  CONSOLE_ENVIRONMENT: z.string().default("prod"),
});

/** How the server runs. */
export type Settings = z.output<typeof environmentSchema>;

/**
 * Reads the settings from variables.
 *
 * @throws UserError with everything that is missing or wrong; no value is quoted, since some are secret
 */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  return readEnvironment(environmentSchema, env, "The console");
}
