/** Order of the letters that follow a release's numbers, by PEP 440: a development release is below all, nothing is 0. */
const PHASES: Readonly<Record<string, number>> = { dev: -4, a: -3, alpha: -3, b: -2, beta: -2, rc: -1, c: -1, post: 1 };

/** A version as numbers: the release's, then phase and number of each suffix. */
interface Parts {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly suffixes: readonly number[];
}

function partsOf(version: string): Parts {
  // Stryker disable next-line StringLiteral: For the compiler: a version has a number, and what is not a comparison has no operator that is known.
  // Stryker disable next-line ArrayDeclaration: Stands in for what does not match: of one element nothing is taken.
  const [, epoch, numbers = "", rest = ""] = /(?:(\d+)!)?(\d+(?:\.\d+)*)(.*)/.exec(version) ?? [];
  // A local version (+deb1) is of the same release.
  // Stryker disable next-line StringLiteral: For the compiler: a version has a number, and what is not a comparison has no operator that is known.
  const suffixes = [...(rest.split("+")[0] ?? "").matchAll(/(alpha|beta|dev|post|rc|a|b|c)[-_.]?(\d*)/gi)];
  return {
    epoch: Number(epoch ?? 0),
    release: numbers.split(".").map(Number),
    // Stryker disable next-line StringLiteral: For the compiler: a version has a number, and what is not a comparison has no operator that is known.
    suffixes: suffixes.flatMap(([, phase = "", number = ""]) => [PHASES[phase.toLowerCase()] ?? 0, Number(number)]),
  };
}

/** Compares versions of Python packages as PEP 440 orders them; local parts are not looked at. */
export function comparePythonVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    left.epoch - right.epoch || compareLists(left.release, right.release) || compareLists(left.suffixes, right.suffixes)
  );
}

/** The shorter list goes on with zeros. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  // Stryker disable next-line EqualityOperator: Past the end of both lists nothing differs.
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a version is in ranges such as `>=1.0,<1.5 || <0.9`: all comparisons of one of the parts hold.
 *
 * @param ranges comparisons by `<`, `<=`, `>`, `>=`, `==`
 */
export function isInRanges(version: string, ranges: string): boolean {
  return ranges.split("||").some((part) =>
    part.split(",").every((clause) => {
      // Stryker disable next-line StringLiteral: For the compiler: a version has a number, and what is not a comparison has no operator that is known.
      // Stryker disable next-line ArrayDeclaration: Stands in for what does not match: of one element nothing is taken.
      const [, operator = "", bound = ""] = /^\s*(<=|>=|==|<|>)\s*(\S+)\s*$/.exec(clause) ?? [];
      const order = comparePythonVersions(version, bound);
      switch (operator) {
        case "<":
          return order < 0;
        case "<=":
          return order <= 0;
        case ">":
          return order > 0;
        case ">=":
          return order >= 0;
        default:
          return operator === "==" && order === 0;
      }
    }),
  );
}
