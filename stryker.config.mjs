// Mutation testing of policies/ and config/: `npx odoo-saas test mutation` (test/mutation/main.ts) says which files and which tests.
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
