import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";

/** People who are logged in: the server lets each ask 300 times a minute. */
const PEOPLE = 100;

/** Logs people in by the database, as engineers. @returns the cookies of their browsers */
export async function logPeopleIn(client: pg.Client, issuer: string): Promise<string[]> {
  const values = Array.from({ length: PEOPLE }, () => randomBytes(32).toString("base64url"));
  await client.query(
    `INSERT INTO sessions (id, issuer, subject, login, name, roles, tokens,
                           created_at, used_at, refreshed_at, expires_at)
     SELECT id, $1, 'person-' || n, 'person-' || n, 'Person ' || n, '{engineer}', '\\x00',
            now(), now(), now(), now() + interval '1 hour'
     FROM unnest($2::bytea[]) WITH ORDINALITY AS each (id, n)`,
    [issuer, values.map((value) => createHash("sha256").update(value).digest())],
  );
  return values.map((value) => `console_session=${value}`);
}

/** Writes requests, of which one of ten is open, as if the tenants' people had sent them. */
export async function insertRequests(client: pg.Client, count: number): Promise<void> {
  await client.query(
    `INSERT INTO requests (id, action, tenant, requester, approver, reason, state, opened_at, updated_at)
     SELECT 'generated-request-' || n, 'change', 'generated-' || lpad((n * 7)::text, 5, '0'),
            'person-' || n % 20, 'approver', 'A generated request',
            CASE WHEN n % 10 = 0 THEN 'waiting' WHEN n % 10 = 1 THEN 'failed' ELSE 'done' END,
            now() - n * interval '1 hour', now() - n * interval '1 hour'
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
}
