/** Counts faults by kind, for the line at a suite's end. */
export class Figures {
  readonly #kinds = new Map<string, { tried: number; survived: number }>();

  /** A fault that was done. */
  tried(kind: string): void {
    const counted = this.#kinds.get(kind) ?? { tried: 0, survived: 0 };
    counted.tried++;
    this.#kinds.set(kind, counted);
  }

  /** A fault after which all was as declared. */
  survived(kind: string): void {
    const counted = this.#kinds.get(kind);
    if (counted !== undefined) counted.survived++;
  }

  /** `faults: 5 tried, 5 survived (engine killed 3/3, …)`. */
  toString(): string {
    const all = [...this.#kinds];
    const sum = (key: "tried" | "survived") => all.reduce((total, [, counted]) => total + counted[key], 0);
    const kinds = all.map(([kind, { tried, survived }]) => `${kind} ${survived}/${tried}`);
    return `faults: ${sum("tried")} tried, ${sum("survived")} survived (${kinds.join(", ")})`;
  }
}
