import assert from "node:assert/strict";
import { ConfigError } from "../../config/index.ts";
import { IMAGE_FILE, loadImage } from "../../config/imageFile.ts";
import { withProject } from "../support/projectFolder.ts";

const BASE = `base: { repository: docker.io/library/odoo, digest: "sha256:${"0".repeat(64)}", python: "3.12" }\n`;

const wrong: readonly (readonly [what: string, content: string | undefined, ...expected: string[]])[] = [
  ["a file that is not there", undefined, "image/image.yaml:1:1: does not exist, expected a readable file"],
  ["no YAML", "base: {}\nbase: {}\n", "image/image.yaml:2:1: is a duplicate key, expected each key once"],
  [
    "everything that is wrong in it, each with its place",
    `${BASE}provided: { lxml: 5 }\nsdists: pysftp\n`,
    'image/image.yaml:2:19: provided.lxml: is 5, which YAML reads as a number, expected quotes: "5"',
    'image/image.yaml:3:9: sdists: is "pysftp", expected a list of Python packages',
  ],
];

describe("the image's file", () => {
  it("is what it says, and its defaults", () => {
    const image = withProject({ [IMAGE_FILE]: `${BASE}provided: { lxml: "5.2.1" }\n` }, loadImage);
    assert.deepEqual(image, {
      base: { repository: "docker.io/library/odoo", digest: `sha256:${"0".repeat(64)}`, python: "3.12" },
      provided: { lxml: "5.2.1" },
      constraints: {},
      unneeded: {},
      sdists: [],
      programs: {},
      sources: {},
    });
  });

  for (const [what, content, ...expected] of wrong) {
    it(`refuses ${what}`, () => {
      const load = () => withProject({ [IMAGE_FILE]: content }, loadImage);
      const message = ["The image cannot be built:", ...expected.map((line) => `  ${line}`)].join("\n");
      assert.throws(load, (error) => {
        assert.ok(error instanceof ConfigError);
        assert.equal(error.message, message);
        return true;
      });
    });
  }
});
