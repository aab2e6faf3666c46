import { z } from "zod";
import { githubLogin } from "./approvers.ts";
import { expecting, list, mapping, text } from "./common.ts";

/** An Ed25519 public key: its SubjectPublicKeyInfo (DER) in base64, in the one spelling that a key has. */
const publicKey = text(
  /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  'an Ed25519 public key as openssl prints it: 60 characters that begin with "MCowBQYDK2VwAyEA"',
);

const requesters = z
  .record(
    githubLogin,
    list(publicKey, "a list of public keys", 5).min(1, { error: "is empty, expected at least one public key" }),
    expecting("a mapping from GitHub logins to lists of public keys"),
  )
  .superRefine((people, context) => {
    const logins = new Set<string>();
    const owners = new Map<string, string>();
    for (const [login, keys] of Object.entries(people)) {
      const refuse = (path: (string | number)[], message: string) =>
        context.addIssue({ code: "custom", path: [login, ...path], message });
      if (logins.has(login.toLowerCase())) refuse([], `is ${login} in another case, expected each person once`);
      logins.add(login.toLowerCase());
      keys.forEach((key, index) => {
        // One key for two people would let one of them ask in the name of the other.
        const owner = owners.get(key);
        if (owner !== undefined) refuse([index], `is the key of ${owner} too, expected a key of this person only`);
        else owners.set(key, login);
      });
    }
  })
  .describe("People who may request changes, by GitHub login, with the public keys that prove their identity.");

/** `requesters.yaml`: who may ask for a change of a tenant, and how they prove who they are. */
export const requestersSchema = mapping({ requesters }).describe("Who may request changes to tenants.");

/** People's public keys, by GitHub login. */
export type Requesters = z.output<typeof requestersSchema>["requesters"];
