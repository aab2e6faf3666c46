/** Compares versions of numbers joined by dots, as Odoo's and OCA's are: a missing number counts as below any other. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  // Stryker disable next-line EqualityOperator: Past the end of both versions nothing differs.
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
