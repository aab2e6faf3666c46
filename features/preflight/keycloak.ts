import { z } from "zod";
import type { KeycloakLogin } from "../../lib/keycloakAdmin.ts";
import { notesOf } from "./finding.ts";
import type { Finding } from "./finding.ts";

const TIMEOUT_MS = 30_000;

const answer = z.object({ access_token: z.string() });
/** What a token says of its bearer's rights; a lightweight one says nothing. */
const rights = z.looseObject({ realm_access: z.unknown().optional(), resource_access: z.unknown().optional() });

/** What Pulumi.staging.yaml asks of the program's client in Keycloak. Whether Keycloak answers is among it. */
export async function lookAtKeycloak({ url, adminRealm, clientId, clientSecret }: KeycloakLogin): Promise<Finding[]> {
  const { findings, note } = notesOf("Keycloak");
  note(
    "its address begins with https",
    url.startsWith("https://"),
    url,
    "set odoo-saas:keycloak.url to such an address",
  );
  const realm = encodeURIComponent(adminRealm);
  const token = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    async (response) => (response.ok ? answer.parse(await response.json()).access_token : response.status),
    (error: unknown) => String(error),
  );
  const parts = typeof token === "string" ? token.split(".") : [];
  const isIn = parts.length === 3;
  note(
    "the program's client logs in",
    isIn,
    isIn ? clientId : String(token),
    "make sure that Keycloak is reachable from here, and set odoo-saas:keycloakClientSecret to the secret of the client odoo-saas:keycloak.clientId",
  );
  if (!isIn || typeof token !== "string") return findings;
  const { realm_access, resource_access } = rights.parse(
    JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString()),
  );
  note(
    "the client's tokens know realms that are younger than they",
    realm_access === undefined && resource_access === undefined,
    realm_access === undefined && resource_access === undefined ? "lightweight tokens" : "tokens that list rights",
    `switch on "Always use lightweight access token" for client ${clientId}`,
  );
  const { status } = await fetch(`${url}/admin/realms/${realm}/users?max=1`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  note(
    `the client sees nothing of realm ${adminRealm}, and so has no more than the role create-realm`,
    status === 403,
    `status ${status} for its users`,
    `take every role but create-realm from the service account of client ${clientId}`,
  );
  return findings;
}
