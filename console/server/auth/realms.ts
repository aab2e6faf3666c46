import { consoleAddresses, consoleClientSecret } from "../../../config/consoleClient.ts";
import { CONSOLE, isReservedId, isTenantId, realmName } from "../../../config/names.ts";
import type { Settings } from "../settings.ts";
import { Keycloak } from "./keycloak.ts";

/** The realms that people log in by: the staff's, and each tenant's beside it on the same Keycloak. */
export class Realms {
  readonly #settings: Settings;
  readonly #staff: Keycloak;
  readonly #tenants = new Map<string, Keycloak>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#staff = new Keycloak({
      issuer: settings.CONSOLE_STAFF_ISSUER,
      clientId: settings.CONSOLE_STAFF_CLIENT_ID,
      clientSecret: settings.CONSOLE_STAFF_CLIENT_SECRET,
      addresses: consoleAddresses(settings.CONSOLE_URL),
      tenant: undefined,
    });
  }

  /** The staff's realm. */
  get staff(): Keycloak {
    return this.#staff;
  }

  /**
   * A tenant's realm. Nothing is asked yet.
   *
   * @param tenant one that is there: each is remembered
   * @returns undefined where no tenant can have such an id, or tenants do not log in to this console
   */
  ofTenant(tenant: string): Keycloak | undefined {
    const { CONSOLE_STAFF_ISSUER, CONSOLE_TENANTS_KEY, CONSOLE_URL } = this.#settings;
    if (CONSOLE_TENANTS_KEY === undefined || !isTenantId(tenant) || isReservedId(tenant)) return undefined;
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    const realm = new Keycloak({
      // `…/realms/platform` and `…/realms/<tenant>`.
      issuer: new URL(realmName(tenant), CONSOLE_STAFF_ISSUER).href,
      clientId: CONSOLE,
      clientSecret: consoleClientSecret(CONSOLE_TENANTS_KEY, tenant),
      addresses: consoleAddresses(CONSOLE_URL, tenant),
      tenant,
    });
    this.#tenants.set(tenant, realm);
    return realm;
  }

  /** The realm of a session or a log-in. @param tenant null: the staff's */
  of(tenant: string | null): Keycloak | undefined {
    return tenant === null ? this.#staff : this.ofTenant(tenant);
  }
}
