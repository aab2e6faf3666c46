import type { Session } from "./session.ts";

/**
 * Backs up the realm of each of a stack's tenants. If one fails, the others are backed up all the same.
 *
 * @returns why realms were not backed up: one line per tenant, beginning with its id
 */
export async function backUpRealms(session: Session, log: (line: string) => void): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const tenant of session.tenants) {
    try {
      await session.backUp(tenant, "realm", log);
    } catch (error) {
      problems.push(`${tenant}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}
