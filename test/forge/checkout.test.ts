import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeSnapshot, writeMergedFile } from "../../sandbox/forge/checkout.ts";
import { BareRepository } from "../../sandbox/forge/github/git.ts";

describe("the checkout as the forge sees it", () => {
  let folder: string;
  let checkout: string;
  let repository: BareRepository;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-checkout-"));
    checkout = join(folder, "checkout");
    mkdirSync(checkout);
    writeFileSync(join(checkout, "a.yaml"), "a: 1\n");
    repository = await BareRepository.create(join(folder, "bare.git"), "main");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]) => execFileSync("git", args, { cwd: checkout, encoding: "utf8", stdio: "pipe" });

  it("becomes a commit only when it differs from main", async () => {
    git("init", "--quiet");
    const first = await takeSnapshot(checkout, repository, {});
    assert.equal(await takeSnapshot(checkout, repository, {}), first);
    writeFileSync(join(checkout, "a.yaml"), "a: 2\n");
    const second = await takeSnapshot(checkout, repository, {});
    assert.deepEqual((await repository.commit(second)).parents, [first]);
    assert.equal(git("status", "--porcelain"), "?? a.yaml\n", "nothing is added to its index");
  });

  it("loses what was deleted, and takes a folder that is no repository, without what is ignored", async () => {
    writeFileSync(join(checkout, ".gitignore"), "*.log\n");
    writeFileSync(join(checkout, "x.log"), "");
    await takeSnapshot(checkout, repository, { "b.yaml": "b: 1\n" });
    assert.equal(await repository.git(["ls-tree", "--name-only", "main"]), ".gitignore\na.yaml\nb.yaml");
    rmSync(join(checkout, "a.yaml"));
    await takeSnapshot(checkout, repository, {});
    assert.equal(await repository.git(["ls-tree", "--name-only", "main"]), ".gitignore");
    assert.deepEqual(readdirSync(checkout).sort(), [".gitignore", "x.log"]);
  });

  it("gets a merged file where it has what was there before, once", () => {
    const merged = { path: "a.yaml", before: "a: 1\n", after: "a: 2\n" };
    assert.equal(writeMergedFile(checkout, merged), undefined);
    assert.equal(writeMergedFile(checkout, merged), undefined);
    assert.equal(readFileSync(join(checkout, "a.yaml"), "utf8"), "a: 2\n");
    assert.equal(writeMergedFile(checkout, { path: "tenants/b.yaml", before: undefined, after: "b: 1\n" }), undefined);
    assert.equal(readFileSync(join(checkout, "tenants/b.yaml"), "utf8"), "b: 1\n");
  });

  it("keeps a file that somebody changed, made or deleted meanwhile", () => {
    const refused = /is not what the request was made from, expected the text that main had before the merge/;
    writeFileSync(join(checkout, "a.yaml"), "a: mine\n");
    assert.match(writeMergedFile(checkout, { path: "a.yaml", before: "a: 1\n", after: "a: 2\n" }) ?? "", refused);
    assert.match(writeMergedFile(checkout, { path: "a.yaml", before: undefined, after: "a: 2\n" }) ?? "", refused);
    assert.equal(readFileSync(join(checkout, "a.yaml"), "utf8"), "a: mine\n");
    assert.match(writeMergedFile(checkout, { path: "gone.yaml", before: "a: 1\n", after: "a: 2\n" }) ?? "", refused);
  });
});
