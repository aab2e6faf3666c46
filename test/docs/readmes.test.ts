import assert from "node:assert/strict";
import { projectFiles, read } from "./pages.ts";

describe("top folders", () => {
  it("each have a README that begins with what they are", () => {
    const folders = new Set(projectFiles(/^[^./][^/]*\//).map((file) => file.replace(/\/.*/, "")));
    const readmes = new Set(projectFiles(/^[^/]+\/README\.md$/));
    const without = [...folders].filter((folder) => !readmes.has(`${folder}/README.md`));
    assert.deepEqual(without, []);
    for (const readme of readmes) assert.match(read(readme), /^# \S.*\n\n\S/, readme);
  });
});
