import { z } from "zod";
import { expecting, singleLine, list, mapping, moduleName, oneOf, reportingModel, quote, text, integer } from "./common.ts";
import { commit, moduleObjects, ORIGINS, repository } from "./moduleIndex.ts";

const bundleModule = mapping({
  origin: oneOf(ORIGINS).describe(
    "ce: Odoo Community itself. oca: an OCA repository. third-party: another vendor's. ipai: the platform owner's own. platform: this repository, addons/.",
  ),
  repository: repository.exactOptional().describe("owner/name on GitHub. Required, except for origin platform."),
  version: text(/^18\.0(?:\.\d+){0,5}$/, 'a version of series 18.0 such as "18.0.1.1.0"').describe(
    "The pin: the published package's version, or the manifest's version where there is no package; just 18.0 for Odoo Community's own modules, which are part of the image.",
  ),
  commit: commit.exactOptional().describe("The pin where there is no published package: a commit of the repository."),
  install: oneOf(["always", "default", "on-request"])
    .default("default")
    .describe(
      "always: cannot be removed. default: installed unless the tenant removes it. on-request: installed when a tenant adds it, or another module depends on it. Default default.",
    ),
  uninstallable: singleLine("why it cannot be installed", 200)
    .exactOptional()
    .describe(
      "Why Odoo 18.0 does not install it, as a trial showed. The image omits it, no tenant can add it, and the catalog says so.",
    ),
})
  .superRefine(({ origin, repository: from }, context) => {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["repository"], message });
    if (origin !== "platform" && from === undefined) refuse('is missing, expected a GitHub repository such as "OCA/server-auth"');
    if (origin === "platform" && from !== undefined) refuse(`is ${quote(from)}, expected none: origin platform is this repository's addons/`);
  })
  // What an editor checks of that.
  .meta({
    if: { properties: { origin: { const: "platform" } } },
    then: { properties: { repository: false } },
    else: { required: ["repository"] },
  });

const cost = mapping({
  databaseMiB: integer(1, 100_000, "MiB").describe("Size of a new database with the platform's modules and without records, in MiB."),
  workers: integer(1, 64).describe("Minimum number of worker processes that its users need."),
  basis: singleLine("what the numbers are based on", 400).describe("What the numbers are based on."),
});

/** A bundle file, `bundles/<bundle>.yaml`: Enterprise features, and the modules that stand in for them. */
export const bundleSchema = mapping({
  title: singleLine("the bundle's name", 60).describe("Display name."),
  summary: singleLine("what the bundle is for, in a sentence", 300).describe("What it is for, in a sentence."),
  reporting: list(reportingModel, "a list of reporting models", 20)
    .default([])
    .describe("Reporting models that every tenant with this bundle gets."),
  features: list(
    mapping({
      name: singleLine("the feature's name", 120).describe("The feature, as a user would call it."),
      enterprise: singleLine("the Enterprise module", 80)
        .exactOptional()
        .describe("Enterprise module with the feature; omitted where Enterprise has none."),
      coverage: oneOf(["full", "partial", "none", "custom"]).describe(
        "How far the modules cover the Enterprise feature. custom: the platform's own, without a counterpart.",
      ),
      note: singleLine("a note", 400).exactOptional().describe("What a reader must know; what is missing, where coverage is partial or none."),
      modules: list(moduleName, "a list of modules").default([]).describe("Modules that provide it, all listed under modules."),
    }),
    "a list of features",
  ).describe("Features, and the modules that provide them."),
  modules: z
    .record(moduleName, bundleModule, expecting("a mapping from module names to modules"))
    .describe("Modules by technical name. Their dependencies are in modules/index.json, and are installed with them."),
  removes: list(moduleName, "a list of modules")
    .default([])
    .describe("Modules of the platform or of other bundles that a tenant with this bundle does not get."),
  conflicts: list(
    mapping({
      modules: list(moduleName, "a list of modules").min(2, expecting("at least two modules")).describe("Modules of which a tenant has at most one."),
      reason: singleLine("why", 200).describe("Why, for people."),
    }),
    "a list of conflicts",
  )
    .default([])
    .describe("Modules that cannot be installed together."),
  outside: z
    .record(moduleName, singleLine("what it reaches and what for", 200), expecting("a mapping from module names to what they reach"))
    .default({})
    .describe(
      "Internet services that modules use. Access is closed until the tenant's file opens it (docs/runbooks/egress.md), and the catalog says so.",
    ),
  cost: cost.exactOptional().describe("Resources that a tenant needs for the bundle, including the platform's modules."),
  smoke: z
    .record(moduleName, moduleObjects, expecting("a mapping from module names to what must exist"))
    .default({})
    .describe(
      "What must exist after an installation or upgrade, by the module that defines it; checked where that module is installed.",
    ),
}).describe("A bundle: Enterprise features, and the Community, OCA and own modules that replace them.");

/** A bundle file as it is after parsing. */
export type BundleFile = z.output<typeof bundleSchema>;

/** A module of a bundle. */
export type BundleModule = z.output<typeof bundleModule>;
