import assert from "node:assert/strict";
import { comparePythonVersions, isInRanges } from "../../config/pythonVersions.ts";

/** As PEP 440 orders them, lowest first. */
const SORTED = [
  "0.9",
  "1.0.dev1",
  "1.0.dev2",
  "1.0a1.dev1",
  "1.0a1",
  "1.0a2",
  "1.0a10",
  "1.0b2",
  "1.0rc1",
  "1.0",
  "1.0.post1.dev1",
  "1.0.post1",
  "1.0.post2",
  "1.0.1",
  "1.9",
  "1.10",
  "10.0",
  "1!0.2",
  "2!0.1",
  "10!0.1",
];

const EQUAL: readonly (readonly [string, string])[] = [
  ["1.0", "1.0.0"],
  ["1", "1.0.0"],
  ["0", "0.0"],
  ["v1.0", "1.0"],
  ["V1.0", "1.0"],
  [" 1.0 ", "1.0"],
  ["0!1.0", "1.0"],
  ["1.0+deb1", "1.0"],
  ["1.0+b1", "1.0"],
  ["1.0a1+b1", "1.0a1"],
  ["1.0alpha1", "1.0a1"],
  ["1.0beta1", "1.0b1"],
  ["1.0c1", "1.0rc1"],
  ["1.0-RC_1", "1.0rc1"],
  ["1.0.a.1", "1.0a1"],
  ["1.0a", "1.0a0"],
];

const RANGES: readonly (readonly [version: string, ranges: string, isIn: boolean])[] = [
  ["0.9", "<1.0", true],
  ["1.0", "<1.0", false],
  ["1.0", "<=1.0", true],
  ["1.0.1", "<=1.0", false],
  ["1.0", ">=1.0", true],
  ["0.9", ">=1.0", false],
  ["1.0.1", ">1.0", true],
  ["1.0", ">1.0", false],
  ["2.0", "==2", true],
  ["2.0.1", "==2", false],
  ["1.9.9", "==2", false],
  ["1.4", ">=1.0,<1.5", true],
  ["1.5", ">=1.0,<1.5", false],
  ["0.9", ">=1.0,<1.5", false],
  ["1.4", "  >=  1.0  ,  <  1.5  ", true],
  ["0.8", ">=1.0,<1.5 || <0.9", true],
  ["0.9", ">=1.0,<1.5 || <0.9", false],
  ["1.4", ">=1.0,<1.5 || <0.9", true],
  ["1.0", "", false],
  ["0", "", false],
  ["1.0", "1.0", false],
  ["1.0", "!=2.0", false],
  ["1.0", "~=1.0", false],
  ["1.0", ">=0.9 <2.0", false],
  ["1.0", "x>=0.9", false],
];

describe("versions of Python packages", () => {
  it("are ordered as PEP 440 has it", () => {
    SORTED.forEach((higher, index) => {
      for (const lower of SORTED.slice(0, index)) {
        assert.ok(comparePythonVersions(lower, higher) < 0, `${lower} < ${higher}`);
        assert.ok(comparePythonVersions(higher, lower) > 0, `${higher} > ${lower}`);
      }
    });
  });

  for (const [a, b] of EQUAL)
    it(`has "${a}" and "${b}" for the same`, () => assert.equal(comparePythonVersions(a, b), 0));
});

describe("ranges of versions of Python packages", () => {
  for (const [version, ranges, isIn] of RANGES)
    it(`"${ranges}" ${isIn ? "has" : "does not have"} ${version}`, () =>
      assert.equal(isInRanges(version, ranges), isIn));
});
