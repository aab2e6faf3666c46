import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { z } from "zod";
import { CONSOLE_ADMIN_ROLE } from "../../../config/names.ts";
import type { ConsoleAddresses } from "../../../config/consoleClient.ts";
import { STAFF_ROLES, TENANT_ADMIN } from "../../api/access.ts";
import type { Role } from "../../api/access.ts";

/** A realm, and the console's client in it. */
export interface RealmSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where this client's log-ins and log-outs come back to. */
  readonly addresses: ConsoleAddresses;
  /** Tenant whose realm it is; undefined: the staff's. */
  readonly tenant: string | undefined;
}

/** A person whom the realm knows, and the tokens that prove it. */
export interface Person {
  readonly issuer: string;
  readonly subject: string;
  readonly login: string;
  readonly name: string;
  /** Roles that this realm may give: the staff's, or a tenant's administrator. */
  readonly roles: readonly Role[];
  /** Tenant whose realm has logged the person in; null for staff. */
  readonly tenant: string | null;
  /** Verified mail address of a tenant's person, in lower case; null for staff. */
  readonly address: string | null;
  readonly tokens: Tokens;
}

const tokensSchema = z.object({ refresh: z.string(), id: z.string() });

/** What a session keeps of a log-in. */
export type Tokens = z.output<typeof tokensSchema>;

/** Reads what {@link Person} says as JSON. */
export function tokensOf(json: string): Tokens {
  return tokensSchema.parse(JSON.parse(json));
}

const claimsSchema = z.object({
  sub: z.string(),
  iss: z.string(),
  preferred_username: z.string(),
  name: z.string().optional(),
  roles: z.array(z.string()).default([]),
  email: z.string().optional(),
  email_verified: z.boolean().optional(),
});

/** A log-in that was begun; the browser must come back with the same state. */
export interface Begun {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
}

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
const logoutSchema = z.object({
  sub: z.string(),
  events: z.object({ [LOGOUT_EVENT]: z.looseObject({}) }),
  // One with a nonce is an ID token, which a thief could have.
  nonce: z.never().optional(),
});
/** Seconds for which a logout token counts. */
const LOGOUT_AGE = 120;

/** A realm that people log in by: code flow with PKCE, one client, one exact address to come back to. */
export class Keycloak {
  readonly #settings: RealmSettings;
  #configuration: Promise<oidc.Configuration> | undefined;

  constructor(settings: RealmSettings) {
    this.#settings = settings;
  }

  /** Where the browser logs in, and what must be kept until it is back. */
  async begin(): Promise<{ readonly to: URL; readonly begun: Begun }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const begun = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
    const to = oidc.buildAuthorizationUrl(await this.#discover(), {
      redirect_uri: this.#settings.addresses.callback,
      scope: "openid profile email",
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return { to, begun };
  }

  /**
   * Exchanges the code that the browser came back with. An answer that another realm gave is refused by its `iss` (RFC 9207).
   *
   * @param search query of the address that the browser came back to
   */
  async finish(search: string, { state, verifier, nonce }: Begun): Promise<Person> {
    const answer = await oidc.authorizationCodeGrant(
      await this.#discover(),
      new URL(search, this.#settings.addresses.callback),
      {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      },
    );
    return personOf(answer, this.#settings.tenant);
  }

  /** Who the person is now, with new tokens; undefined where the realm has ended the session or the person is gone. */
  async refresh({ refresh }: Tokens, subject: string): Promise<Person | undefined> {
    try {
      const person = personOf(await oidc.refreshTokenGrant(await this.#discover(), refresh), this.#settings.tenant);
      return person.subject === subject ? person : undefined;
    } catch (error) {
      // The realm's own no. Anything else is a fault on the way, and the session stays.
      if (error instanceof oidc.ResponseBodyError) return undefined;
      throw error;
    }
  }

  /** Where the browser ends Keycloak's own session. */
  async logoutAddress({ id }: Tokens): Promise<string> {
    return oidc.buildEndSessionUrl(await this.#discover(), {
      id_token_hint: id,
      post_logout_redirect_uri: this.#settings.addresses.afterLogout,
    }).href;
  }

  /**
   * Checks a logout token, which Keycloak sends when a person's session ends elsewhere.
   *
   * @throws where it is not the realm's, not for this client, or too old
   * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
   */
  async verifyLogout(token: string): Promise<{ readonly issuer: string; readonly subject: string }> {
    const { jwks_uri, issuer } = (await this.#discover()).serverMetadata();
    if (jwks_uri === undefined) throw new Error("the realm names no keys");
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience: this.#settings.clientId,
      maxTokenAge: LOGOUT_AGE,
    });
    return { issuer, subject: logoutSchema.parse(payload).sub };
  }

  /** Asked once, and again after a failure. */
  #discover(): Promise<oidc.Configuration> {
    const { clientId, clientSecret } = this.#settings;
    const issuer = new URL(this.#settings.issuer);
    this.#configuration ??= oidc
      .discovery(issuer, clientId, clientSecret, undefined, {
        timeout: 10,
        // Only a sandbox's Keycloak speaks plain HTTP, whose address is then configured as such.
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out, not because it ends
        execute: issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        this.#configuration = undefined;
        throw error;
      });
    return this.#configuration;
  }
}

function personOf(
  answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
  tenant: string | undefined,
): Person {
  const claims = claimsSchema.parse(answer.claims());
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: claims.name ?? claims.preferred_username,
    tokens: tokensSchema.parse({ refresh: answer.refresh_token, id: answer.id_token }),
    ...(tenant === undefined ? staffOf(claims) : administratorOf(tenant, claims)),
  };
}

type Claims = z.output<typeof claimsSchema>;

/** What a realm makes of a person. */
type Standing = Pick<Person, "login" | "roles" | "tenant" | "address">;

/** Roles that the console does not know are other programs' own. */
function staffOf({ preferred_username, roles }: Claims): Standing {
  return {
    login: preferred_username,
    roles: STAFF_ROLES.filter((role) => roles.includes(role)),
    tenant: null,
    address: null,
  };
}

/** A tenant's realm is the tenant's word: whatever it claims, it makes somebody an administrator of this tenant, or nobody. */
function administratorOf(tenant: string, { email = "", email_verified, roles }: Claims): Standing {
  const address = email_verified === true ? email.toLowerCase() : "";
  return {
    // No login of GitHub has a slash: nobody of a tenant is taken for somebody of the staff, or of another tenant.
    login: `${tenant}/${address}`,
    roles: address !== "" && roles.includes(CONSOLE_ADMIN_ROLE) ? [TENANT_ADMIN] : [],
    tenant,
    address,
  };
}
