import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { FolderStore, folderOf } from "../../features/state/folderStore.ts";

describe("states in a folder", () => {
  let folder: string;
  let store: FolderStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-folder-"));
    store = new FolderStore(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("have the folder that Pulumi has for a URL", () => {
    assert.equal(folderOf("file:///a/b?no_tmp_dir=true"), "/a/b");
    assert.equal(folderOf("file://~"), homedir());
    assert.equal(folderOf("file://~/x"), join(homedir(), "x"));
    assert.equal(folderOf("file://x"), join(process.cwd(), "x"));
    for (const url of ["", "s3://b", "https://x"]) assert.equal(folderOf(url), undefined);
  });

  it("are written, read, listed and deleted", async () => {
    await store.write("a/b/c.json", Buffer.from("one"));
    writeFileSync(join(folder, "a/b/c.json.attrs"), "of one");
    await store.write("a/b/c.json", Buffer.from("two"));
    await store.write("a/b/d.json", Buffer.from("three"));
    writeFileSync(join(folder, "a/b/d.json.attrs"), "of three");
    assert.equal((await store.read("a/b/c.json"))?.toString(), "two");
    assert.equal(await store.read("a/x/y.json"), undefined);
    assert.deepEqual(await store.list("a/b/"), ["c.json", "d.json"]);
    assert.deepEqual(await store.list("a/x/"), []);
    assert.ok(!existsSync(join(folder, "a/b/c.json.attrs")), "what Pulumi noted of the former content");
    await store.delete("a/b/d.json");
    await store.delete("a/b/d.json");
    assert.deepEqual(readdirSync(join(folder, "a/b")), ["c.json"]);
  });

  it("grow by a log, which another process continues", async () => {
    const log = await store.startLog("logs/one");
    await log.append(Buffer.from("a\n"));
    await log.append(Buffer.from("b\n"));
    await log.close();
    await assert.rejects(store.startLog("logs/one"), /EEXIST/);
    writeFileSync(join(folder, "logs/one"), "a\nb\ntor");
    const next = await store.continueLog("logs/one", 4);
    await next.append(Buffer.from("c\n"));
    await next.close();
    assert.equal(readFileSync(join(folder, "logs/one"), "utf8"), "a\nb\nc\n");
  });

  it("lose nothing to a log whose file was removed or put elsewhere: it says so", async () => {
    for (const spoil of [
      () => rmSync(join(folder, "logs"), { recursive: true }),
      () => renameSync(join(folder, "logs"), join(folder, "elsewhere")),
    ]) {
      const log = await store.startLog("logs/one");
      await log.append(Buffer.from("a\n"));
      spoil();
      await assert.rejects(log.append(Buffer.from("b\n")), /The journal is gone/);
      await assert.rejects(log.append(Buffer.from("b\n")), /takes nothing more/);
      await log.close();
    }
  });

  it("are not begun anew where their folder is gone", async () => {
    rmSync(folder, { recursive: true });
    await assert.rejects(store.write("a/b", Buffer.from("x")), /folder of the states is gone/);
    await assert.rejects(store.startLog("a/b"), /folder of the states is gone/);
    assert.ok(!existsSync(folder));
  });
});
