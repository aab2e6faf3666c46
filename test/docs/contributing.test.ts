import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { projectFiles, read } from "./pages.ts";

const field = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    type: z.enum(["textarea", "input", "dropdown"]),
    id: z.string().regex(/^[a-z]+$/),
    attributes: z.strictObject({
      label: z.string(),
      description: z.string().optional(),
      render: z.string().optional(),
      options: z.array(z.string()).min(2).optional(),
    }),
    validations: z.strictObject({ required: z.boolean() }).optional(),
  }),
]);
const form = z.strictObject({ name: z.string(), description: z.string(), body: z.array(field).min(2) });

describe("what contributors start from", () => {
  it("are forms of issues as GitHub takes them; it leaves out a wrong one without a word", () => {
    const files = projectFiles(/^\.github\/ISSUE_TEMPLATE\/(?!config).*\.yml$/);
    assert.ok(files.length >= 2);
    for (const file of files) {
      const { body } = form.parse(parse(read(file)));
      const ids = body.flatMap((each) => (each.type === "markdown" ? [] : [each.id]));
      assert.equal(new Set(ids).size, ids.length, file);
    }
  });

  it("is a pull request's text without a checklist: it becomes the commit's body", () => {
    assert.doesNotMatch(read(".github/pull_request_template.md"), /^#|\[ \]|<!--/m);
  });

  it("are packages pinned to one version, which Renovate alone updates, beside actions", () => {
    const { dependencies, devDependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read("package.json")));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^(?:npm:[\w-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
    }
    const { enabledManagers, rangeStrategy } = z
      .object({ enabledManagers: z.array(z.string()), rangeStrategy: z.string() })
      .parse(JSON.parse(read("renovate.json")));
    assert.deepEqual([enabledManagers.sort(), rangeStrategy], [["github-actions", "npm"], "pin"]);
  });
});
