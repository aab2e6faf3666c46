import assert from "node:assert/strict";
import { z } from "zod";
import { DONE } from "./attacks.ts";
import type { Attacks } from "./attacks.ts";
import { client, endpoint, post } from "./keycloakClient.ts";
import type { Answer } from "./keycloakClient.ts";
import type { Party, Setting } from "./setting.ts";

/** What the attacks need of those on Keycloak: a user's access token, and an administrator's request to a party's realm. */
export interface Means {
  readonly tokenOf: (party: Party) => string;
  readonly usernameOf: (party: Party) => string;
  readonly asAdministrator: (method: string, party: Party, path: string, body?: unknown) => Promise<Answer>;
}

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const ENABLED = "standard.token.exchange.enabled";

const clientsSchema = z
  .array(z.looseObject({ id: z.string(), attributes: z.record(z.string(), z.string()).default({}) }))
  .length(1);

/**
 * Exchanging a token (RFC 8693) for one of another realm, or of another person. The program's clients may exchange nothing; then
 * an administrator lets them, and still it must end at the realm.
 */
export async function attackExchange(attacks: Attacks, { parties, pairs }: Setting, means: Means): Promise<void> {
  const exchange = async (at: Party, subject: Party, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const form = { grant_type: EXCHANGE, subject_token: means.tokenOf(subject), subject_token_type: ACCESS_TOKEN };
    const { text } = await post(endpoint(at, "token"), { ...form, ...client(at), ...more });
    return z.object({ error: z.string().default(DONE) }).parse(JSON.parse(text)).error;
  };
  for (const party of parties) {
    attacks.refused(
      party.id,
      "exchange a token, with a client as the program makes it",
      await exchange(party, party),
      "invalid_request",
    );
  }
  const restore: (() => Promise<void>)[] = [];
  try {
    for (const party of parties) restore.push(await allowExchange(party, means));
    for (const party of parties) attacks.works(party.id, "a token exchange", await exchange(party, party));
    for (const { name, own, other } of pairs) {
      const attempts: readonly [string, Promise<string>, string][] = [
        ["one's client exchanges one's token there", exchange(other, own, client(own)), "unauthorized_client"],
        ["its client, stolen, exchanges one's token", exchange(other, own), "invalid_request"],
        [
          "its client takes one's realm for the token's issuer",
          exchange(other, own, { subject_issuer: own.outputs.realm.issuer }),
          "invalid_request",
        ],
        [
          "one's client asks for a token of its realm",
          exchange(own, own, { requested_issuer: other.outputs.realm.issuer }),
          "invalid_request",
        ],
        [
          "one's client asks for a token for its realm",
          exchange(own, own, { audience: other.outputs.realm.issuer }),
          "invalid_client",
        ],
        [
          "one's client asks to be its user",
          exchange(own, own, { requested_subject: means.usernameOf(other) }),
          "invalid_request",
        ],
        ["one's client exchanges its token", exchange(own, other), "invalid_request"],
      ];
      for (const [what, outcome, expected] of attempts) attacks.refused(name, what, await outcome, expected);
    }
  } finally {
    for (const undo of restore) await undo();
  }
}

/** @returns what puts the client back as it was. */
async function allowExchange(party: Party, { asAdministrator }: Means): Promise<() => Promise<void>> {
  const found = await asAdministrator("GET", party, `/clients?clientId=${party.outputs.realm.clientId}`);
  const [before] = clientsSchema.parse(JSON.parse(found.text));
  assert.ok(before);
  const put = async (representation: object): Promise<void> => {
    const { status, text } = await asAdministrator("PUT", party, `/clients/${before.id}`, representation);
    assert.equal(status, 204, text);
  };
  await put({ ...before, attributes: { ...before.attributes, [ENABLED]: "true" } });
  return () =>
    put({ ...before, attributes: { ...before.attributes, [ENABLED]: before.attributes[ENABLED] ?? "false" } });
}
