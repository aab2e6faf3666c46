import { z } from "zod";
import { moduleObjects } from "./moduleIndex.ts";
import { expecting, line, list, mapping, moduleName, oneOf, reportingModel, text } from "./common.ts";

const bundleModule = mapping({
  origin: oneOf(["ce", "oca", "ipai"]).describe(
    "ce: Odoo Community itself. oca: a community repository. ipai: the platform owner's own.",
  ),
  repository: text(/^[\w-]+\/[\w.-]+$/, 'a GitHub repository such as "OCA/server-auth"').describe("owner/name on GitHub."),
  version: text(/^18\.0(?:\.\d+){0,4}$/, 'a version of series 18.0 such as "18.0.1.1.0"').describe(
    "Version that was seen on branch 18.0; 18.0 alone for Odoo Community's own.",
  ),
  install: oneOf(["always", "default", "on-request"])
    .default("default")
    .describe(
      "always: a tenant cannot do without. default: installed unless the tenant removes it. on-request: installed when a tenant adds it, or another module depends on it. Default default.",
    ),
  depends: list(moduleName, "a list of modules")
    .default([])
    .describe("Modules that it depends on, as far as they are in a bundle; Odoo Community's others are not repeated."),
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
      note: line("a note", 400).exactOptional().describe("What a reader must know."),
      modules: list(moduleName, "a list of modules").default([]).describe("Modules that make it, all listed below."),
    }),
    "a list of features",
  ).describe("Features, and what makes them."),
  modules: z
    .record(moduleName, bundleModule, expecting("a mapping from module names to modules"))
    .describe("Modules by technical name."),
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
