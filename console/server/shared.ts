import type { Database } from "../database/connect.ts";

/**
 * Asks the database something that is the same for everybody. A caller that asks while the same question is being answered
 * gets that answer: many people with the same page open cost as much as one. Nothing is kept after the answer.
 *
 * @param ask `detail` is what questions of this kind differ in
 */
export function sharedAnswers<Answer>(
  ask: (database: Database, detail: string) => Promise<Answer>,
): (database: Database, detail?: string) => Promise<Answer> {
  const asked = new WeakMap<Database, Map<string, Promise<Answer>>>();
  return (database, detail = "") => {
    const current = asked.get(database) ?? new Map<string, Promise<Answer>>();
    asked.set(database, current);
    const known = current.get(detail);
    if (known !== undefined) return known;
    const answer = ask(database, detail).finally(() => current.delete(detail));
    current.set(detail, answer);
    return answer;
  };
}
