// Which folder may import which. `npm run check` checks it by dependency-cruiser.

/** Folders of this project that have rules; what is outside of them, such as packages, is free for all. */
const PROJECT =
  "^(?:bench|commands|components|config|console|features|lib|policies|providers|sandbox|test)/|^index\\.ts$";

/**
 * Folders by what they may import beside themselves. What is absent here is free: test.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const IMPORTS = {
  lib: [],
  providers: ["lib"],
  config: ["lib"],
  policies: ["config", "lib"],
  components: ["config", "lib", "providers"],
  features: ["config", "lib", "policies"],
  sandbox: ["components", "config", "features", "lib", "providers"],
  console: ["config", "features", "lib"],
  bench: ["config", "console", "lib", "providers", "sandbox", "test"],
  commands: ["bench", "config", "features", "lib", "policies", "sandbox", "test"],
};

/** Tests may import everything, as `test/` does. */
const TESTS = "^console/test/";

/**
 * The console's folders by what they may import of the console beside themselves.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const CONSOLE = {
  api: [],
  database: [],
  domain: ["api"],
  server: ["api", "database", "domain"],
  collector: ["api", "database", "domain"],
  web: ["api"],
};

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circles",
      comment: "Move what both files need to a third one. Imports of types count.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(IMPORTS).map(([folder, others]) => ({
      name: `imports-of-${folder}`,
      comment: `${folder}/ imports ${others.length === 0 ? "no other folder" : others.join(", ")} only.`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: TESTS },
      to: { path: PROJECT, pathNot: `^(?:${[folder, ...others].join("|")})/` },
    })),
    {
      name: "imports-of-program",
      comment: "index.ts imports components and config only.",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: PROJECT, pathNot: "^(?:components|config)/" },
    },
    ...Object.entries(CONSOLE).map(([folder, others]) => ({
      name: `imports-of-console-${folder}`,
      comment: `console/${folder}/ imports ${others.length === 0 ? "no other folder" : others.join(", ")} of the console only.`,
      severity: "error",
      from: { path: `^console/${folder}/` },
      to: { path: "^console/(?!node_modules/)", pathNot: `^console/(?:${[folder, ...others].join("|")})/` },
    })),
    {
      name: "features-by-index",
      comment: "A feature imports another one by its index.ts only.",
      severity: "error",
      from: { path: "^features/([^/]+)/" },
      to: { path: "^features/", pathNot: "^features/(?:$1/|[^/]+/index\\.ts$)" },
    },
  ],
  options: {
    doNotFollow: { path: "^(?:console/)?node_modules/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
