import { z } from "zod";
import { expecting, singleLine, list, mapping, text } from "./common.ts";
import { commit, repository } from "./moduleIndex.ts";

const edit = mapping({
  file: text(/^\w[\w.-]*(?:\/\w[\w.-]*)*$/, 'a file of the module such as "views/menus.xml"').describe(
    "Path of the file in the module's folder.",
  ),
  why: singleLine("why the module needs it", 300).describe("What goes wrong without the edit."),
  expect: z
    .string(expecting("text of the file"))
    .min(1, expecting("text of the file"))
    .describe("Text that the file has exactly once, line breaks and spaces included."),
  replace: z.string(expecting("text, or an empty one to remove it")).describe("The replacement."),
});

/** `image/fixes/<module>.yaml`: what the image changes of a module that is taken from a repository. */
export const fixesSchema = mapping({
  repository: repository.describe("The module's repository on GitHub, as in image.yaml."),
  commit: commit.describe("Commit that the edits were made for, as in image.yaml."),
  edits: list(edit, "a list of edits", 60).min(1, expecting("at least one edit")).describe("Edits, applied in this order."),
}).describe("The platform's edits to a module of the image.");

/** The edits of one module. */
export type ModuleFixes = z.output<typeof fixesSchema>;
