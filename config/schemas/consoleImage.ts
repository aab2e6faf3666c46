import { mapping } from "./common.ts";
import { imageSchema } from "./release.ts";

/** `image/console.yaml`: what the console's image is made of, beside this repository's own files. */
export const consoleImageSchema = mapping({
  base: imageSchema.describe("The official image of Node 24 that the console runs in."),
}).describe("Contents of the console's image.");
