import { z } from "zod";
import { expecting, singleLine, list, mapping, moduleName, oneOf, text } from "./common.ts";
import { imageSchema } from "./release.ts";

const packageName = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'a normalised name of a Python package such as "python-jose"');
const packageVersion = text(/^\d[\w.]*$/, 'a version such as "42.0.8"');

const source = mapping({
  commit: text(/^[0-9a-f]{40}$/, "a commit of 40 hexadecimal digits").describe("Commit from which the modules are taken."),
  modules: z
    .record(moduleName, text(/^[\w-]+(?:\/[\w-]+)*$/, 'a folder such as "addons/auth_oidc"'), expecting("a mapping from modules to folders"))
    .describe("Folder in the repository by module."),
  requirements: list(packageName, "a list of Python packages")
    .default([])
    .describe("Python packages that these modules need."),
});

/** `image/image.yaml`: what the image is made of, beside what the bundles and the module index say. */
export const imageFileSchema = mapping({
  base: mapping({
    ...imageSchema.shape,
    python: oneOf(["3.12"]).describe("Python of the base."),
  }).describe("The official image that modules are added to."),
  provided: z
    .record(packageName, packageVersion, expecting("a mapping from packages to versions"))
    .describe("Python packages of the base image that are used unchanged, by version."),
  constraints: z.record(packageName, packageVersion, expecting("a mapping from packages to versions")).default({}).describe("The only versions that are installed."),
  unneeded: z
    .record(packageName, singleLine("why it is not needed", 200), expecting("a mapping from packages to reasons"))
    .default({})
    .describe("Packages that others require but that are not installed, with the reason."),
  sdists: list(packageName, "a list of Python packages").default([]).describe("Packages that are published as source only."),
  programs: z
    .record(z.string(), text(/^[a-z0-9][a-z0-9+.-]+$/, "the name of an Ubuntu package"), expecting("a mapping from programs to packages"))
    .default({})
    .describe("Ubuntu package, by the program that modules need from it."),
  sources: z
    .record(text(/^[\w-]+\/[\w.-]+$/, 'a GitHub repository such as "OCA/server-auth"'), source, expecting("a mapping from repositories to what is taken of them"))
    .default({})
    .describe("Modules that no package registry has, by repository."),
}).describe("Contents of the image of Odoo with the bundles' modules.");

/** `image/image.yaml` after parsing. */
export type ImageFile = z.output<typeof imageFileSchema>;
