// Mutation testing: `npx odoo-saas test mutation` says which files, and which tests. docs/mutation-testing.md
/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  packageManager: "npm",
  plugins: ["./test/mutation/mochaRunner.ts", "./test/mutation/ignoreTexts.mjs"],
  ignorers: ["texts"],
  testRunner: "mocha12",
  coverageAnalysis: "perTest",
  // Node runs the TypeScript as it is: nothing checks types.
  disableTypeChecks: false,
  checkers: [],
  // One where others need the processors too.
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  // What did not change keeps its result: one file's run adds to those of the others.
  incremental: true,
  incrementalFile: "reports/mutation/incremental.json",
  // Of all results in that file. Mutants that may live have a comment with the reason, and do not count.
  thresholds: { high: 98, low: 95, break: 90 },
  reporters: ["json"],
  jsonReporter: { fileName: "reports/mutation/latest.json" },
  tempDirName: "reports/mutation/sandbox",
  cleanTempDir: "always",
  ignorePatterns: [
    "reports",
    "bench",
    "docs/adr",
    "test/e2e",
    "test/operations",
    "test/story",
    "test/graph",
    "providers",
    "sandbox/toolchain/go",
  ],
  allowConsoleColors: false,
  logLevel: "warn",
  warnings: { slow: false },
};
