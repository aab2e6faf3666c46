import assert from "node:assert/strict";
import { z } from "zod";
import { placeImages, releaseImages } from "../../config/index.ts";
import { jsonSchemas } from "../../config/jsonSchemas.ts";
import { exampleTenant } from "../support/specs.ts";
import { THIRD_IMAGE, withThirdImage } from "../support/thirdImage.ts";

const { release } = exampleTenant();

/** Places in a schema that have a repository and a digest. */
function pinnedIn(schema: unknown, place = ""): string[] {
  const { properties } = z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) }).parse(schema);
  if ("repository" in properties && "digest" in properties) return [place];
  return Object.entries(properties).flatMap(([key, below]) => pinnedIn(below, place === "" ? key : `${place}.${key}`));
}

describe("a release's images", () => {
  it("are every repository with a digest that the schema has", () => {
    const schema: unknown = JSON.parse(jsonSchemas().get("release.schema.json") ?? assert.fail());
    assert.deepEqual(
      pinnedIn(schema),
      [...releaseImages(release).keys()],
      "config/schemas/release.ts has an image that is not found: add it to the release of test/support/specs.ts, and pin it by imageSchema",
    );
  });

  it("are found by what they are, wherever they are, with other keys beside", () => {
    const { image, backup } = release;
    const more = { ...THIRD_IMAGE, platform: "linux/amd64" };
    const sidecars = { ...withThirdImage(release), more: { deep: [more] } };
    assert.deepEqual(Object.fromEntries(releaseImages(sidecars)), {
      image,
      "backup.image": backup.image,
      "proxy.image": THIRD_IMAGE,
      "more.deep.0": THIRD_IMAGE,
    });
  });

  it("go where the release has them, beside what is there", () => {
    const values = { image: { pullPolicy: "Always" }, backup: { claim: "c" }, web: 1 };
    assert.deepEqual(placeImages(releaseImages(withThirdImage(release)), values), {
      image: { pullPolicy: "Always", ...release.image },
      backup: { claim: "c", ...release.backup },
      web: 1,
      proxy: { image: THIRD_IMAGE },
    });
    assert.deepEqual(placeImages(new Map([["a.b", THIRD_IMAGE]])), { a: { b: THIRD_IMAGE } });
  });
});
