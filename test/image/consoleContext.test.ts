import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConsoleImage } from "../../config/imageFile.ts";
import { writeConsoleContext } from "../../features/image/consoleContext.ts";
import { ImageError } from "../../features/image/imageError.ts";
import { PROJECT } from "../support/company.ts";

const PARTS = ["package.json", "package-lock.json", "run.mjs", "preload.cjs", "plans.yaml", "zones.yaml"];
const FOLDERS = ["config", "lib", "features", "policies", "sql", "modules"];

describe("the context of the console's image", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "odoo-saas-console-"));
    for (const part of [...PARTS, "image/console.yaml"]) cpSync(join(PROJECT, part), join(root, part));
    for (const folder of [...FOLDERS, "console/server", "console/node_modules/x", "console/test", "console/dist"])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "console/server/main.ts"), "");
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("has the console and what it imports, and a Dockerfile that pins its base and runs without root", () => {
    const out = join(root, "out/context");
    writeConsoleContext(out, root);
    const { repository, digest } = loadConsoleImage(PROJECT).base;
    const dockerfile = readFileSync(join(out, "Dockerfile"), "utf8");
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    assert.deepEqual(bases, [`${repository}@${digest}`, `${repository}@${digest}`]);
    assert.match(dockerfile, /^USER 1000:1000$/m);
    assert.match(dockerfile, /^CMD \["node","console\/server\/main\.ts"\]$/m);
    // A checkout has no pages that are built.
    const built =
      /^RUN npm ci .*--prefix console && node console\/web\/build\.ts && npm ci .*--omit=dev --prefix console$/m;
    assert.match(dockerfile, built);
    assert.doesNotMatch(built.exec(dockerfile)?.[0].split("&&")[0] ?? "--omit=dev", /--omit=dev/);
    for (const part of [...PARTS, ...FOLDERS, "console/server/main.ts"])
      assert.ok(existsSync(join(out, "app", part)), part);
    for (const part of ["console/node_modules", "console/test", "console/dist"])
      assert.ok(!existsSync(join(out, "app", part)), part);
  });

  it("replaces an earlier one, and no other folder", () => {
    const out = join(root, "context");
    writeConsoleContext(out, root);
    writeFileSync(join(out, "app/old"), "");
    writeConsoleContext(out, root);
    assert.equal(existsSync(join(out, "app/old")), false);
    assert.throws(() => {
      writeConsoleContext(join(root, "config/.."), root);
    }, /has other files, expected a new folder/);
  });

  it("is refused where the checkout has no console", () => {
    rmSync(join(root, "console"), { recursive: true });
    assert.throws(
      () => {
        writeConsoleContext(join(root, "context"), root);
      },
      (error) => error instanceof ImageError && /console: is not there/.test(error.message),
    );
    assert.equal(existsSync(join(root, "context")), false);
  });
});
