import { createHmac } from "node:crypto";
import { GUEST_SECRET } from "./hub.ts";

/** What a token of these tests says otherwise than the console's. */
export interface TokenOptions {
  readonly secret?: string;
  /** Claims in the place of, or beside, the usual ones. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A guest token for a dashboard's embedding, as the console mints them. */
export function guestToken(
  embedding: string,
  { secret = GUEST_SECRET, claims = {}, header = {} }: TokenOptions = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "HS256", typ: "JWT", ...header });
  const body = part({
    user: { username: "guest" },
    resources: [{ type: "dashboard", id: embedding }],
    rls_rules: [],
    iat: now,
    exp: now + 300,
    aud: "odoo-saas-analytics",
    type: "guest",
    ...claims,
  });
  const signature = createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signature}`;
}
