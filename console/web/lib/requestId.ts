/** A new id of a request: the day and the action for people, and enough chance that no two are equal. */
export function newRequestId(action: string): string {
  const chance = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${new Date().toISOString().slice(0, 10).replaceAll("-", "")}-${action}-${chance.join("")}`;
}
