import { z } from "zod";
import { expecting, line, list, mapping, moduleName, oneOf, reportingModel, show, text, whole } from "./common.ts";
import { commit, moduleObjects, ORIGINS, repository } from "./moduleIndex.ts";

const bundleModule = mapping({
  origin: oneOf(ORIGINS).describe(
    "ce: Odoo Community itself. oca: an OCA repository. third-party: another maker's. ipai: the platform owner's own. platform: this repository, addons/.",
  ),
  repository: repository.exactOptional().describe("owner/name on GitHub. Needed but for origin platform."),
  version: text(/^18\.0(?:\.\d+){0,5}$/, 'a version of series 18.0 such as "18.0.1.1.0"').describe(
    "The pin: the published package's version, or the manifest's where there is no package; 18.0 alone for Odoo Community's own, which the image brings.",
  ),
  commit: commit.exactOptional().describe("The pin where there is no published package: a commit of the repository."),
  install: oneOf(["always", "default", "on-request"])
    .default("default")
    .describe(
      "always: a tenant cannot do without. default: installed unless the tenant removes it. on-request: installed when a tenant adds it, or another module depends on it. Default default.",
    ),
  uninstallable: line("why it cannot be installed", 200)
    .exactOptional()
    .describe(
      "Why Odoo 18.0 does not install it, as was seen when it was tried. The image leaves it out, no tenant can add it, and the catalogue says so.",
    ),
})
  .superRefine(({ origin, repository: from }, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["repository"], message });
    if (origin !== "platform" && from === undefined) refuse('is missing, expected a GitHub repository such as "OCA/server-auth"');
    if (origin === "platform" && from !== undefined) refuse(`is ${show(from)}, expected none: origin platform is this repository's addons/`);
  })
  // What an editor checks of that.
  .meta({
    if: { properties: { origin: { const: "platform" } } },
    then: { properties: { repository: false } },
    else: { required: ["repository"] },
  });

const cost = mapping({
  databaseMiB: whole(1, 100_000, "MiB").describe("What a new database takes, with the platform's modules and without anyone's records, in MiB."),
  workers: whole(1, 64).describe("Worker processes that its users need at the least."),
  basis: line("what the numbers are based on", 400).describe("What the numbers are based on."),
});

/** A bundle file, `bundles/<bundle>.yaml`: Enterprise features, and the modules that stand in for them. */
export const bundleSchema = mapping({
  title: line("the bundle's name", 60).describe("Name that people read."),
  summary: line("what the bundle is for, in a sentence", 300).describe("What it is for, in a sentence."),
  reporting: list(reportingModel, "a list of reporting models", 20)
    .default([])
    .describe("Reporting models that every tenant with this bundle gets."),
  features: list(
    mapping({
      name: line("the feature's name", 120).describe("The feature, as a user would call it."),
      enterprise: line("the Enterprise module", 80)
        .exactOptional()
        .describe("Enterprise module that has it; left out where Enterprise has none."),
      coverage: oneOf(["full", "partial", "none", "custom"]).describe(
        "How far the modules cover the Enterprise feature. custom: the platform's own, without a counterpart.",
      ),
      note: line("a note", 400).exactOptional().describe("What a reader must know; what is lacking, where coverage is partial or none."),
      modules: list(moduleName, "a list of modules").default([]).describe("Modules that make it, all listed below."),
    }),
    "a list of features",
  ).describe("Features, and what makes them."),
  modules: z
    .record(moduleName, bundleModule, expecting("a mapping from module names to modules"))
    .describe("Modules by technical name. What they depend on is in modules/index.json, and comes along."),
  removes: list(moduleName, "a list of modules")
    .default([])
    .describe("Modules of the platform or of other bundles that a tenant with this bundle does without."),
  conflicts: list(
    mapping({
      modules: list(moduleName, "a list of modules").min(2, expecting("at least two modules")).describe("Modules of which a tenant has one at the most."),
      reason: line("why", 200).describe("Why, for people."),
    }),
    "a list of conflicts",
  )
    .default([])
    .describe("Modules that are not installed together, though each can be."),
  outside: z
    .record(moduleName, line("what it reaches and what for", 200), expecting("a mapping from module names to what they reach"))
    .default({})
    .describe(
      "What modules reach on the internet. It is closed until the tenant's file opens it (docs/runbooks/egress.md), and the catalogue says so.",
    ),
  cost: cost.exactOptional().describe("What a tenant should expect the bundle to cost, the platform's modules included."),
  smoke: z
    .record(moduleName, moduleObjects, expecting("a mapping from module names to what must exist"))
    .default({})
    .describe(
      "What must exist after an install or upgrade, by the module that defines it; looked for where that module is installed.",
    ),
}).describe("A bundle: Enterprise features, and the Community, OCA and own modules that stand in for them.");

/** A bundle file as it is after parsing. */
export type BundleFile = z.output<typeof bundleSchema>;

/** A module of a bundle. */
export type BundleModule = z.output<typeof bundleModule>;
