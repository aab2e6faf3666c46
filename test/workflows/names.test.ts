import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { REQUIRED_CHECKS } from "../../config/repository.ts";

const jobs = z.object({ jobs: z.record(z.string(), z.looseObject({ name: z.string().optional() })) });

describe("the repository's names", () => {
  it("of required checks are those of the preview's jobs", () => {
    const workflow = join(import.meta.dirname, "../../.github/workflows/preview.yml");
    const names = Object.entries(jobs.parse(parse(readFileSync(workflow, "utf8"))).jobs).map(
      ([id, { name }]) => name ?? id,
    );
    for (const check of REQUIRED_CHECKS) assert.ok(names.includes(check), `${check} is none of ${names.join(", ")}`);
  });
});
