import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFileStore } from "../../lib/fileStore.ts";
import { UserError } from "../../lib/userError.ts";
import { BUCKET, TestObjectStore } from "../support/objectStore.ts";

describe("files in a bucket", () => {
  let server: TestObjectStore;
  const open = (variables: Readonly<Record<string, string>>, prefix = "/prod") =>
    openFileStore(`s3://${BUCKET}${prefix}`, variables);
  before(async () => {
    server = await TestObjectStore.start();
  });
  after(() => server.stop());

  it("are written, listed in order from a path on, and read, below the prefix alone", async () => {
    const store = open(server.writer);
    assert.deepEqual(await store.list(), []);
    for (const path of ["events/2026/11/29/b.json", "events/2026/11/28/a.json", "inventory-prod.json"])
      await store.write(path, `{"ü":"${path}"}`);
    await open(server.writer, "/staging").write("inventory-staging.json", "{}");
    const paths = async (after?: string) => (await store.list(after)).map(({ path }) => path);
    assert.deepEqual(await paths(), ["events/2026/11/28/a.json", "events/2026/11/29/b.json", "inventory-prod.json"]);
    assert.deepEqual(await paths("events/2026/11/29"), ["events/2026/11/29/b.json", "inventory-prod.json"]);
    assert.equal(await store.read("inventory-prod.json"), '{"ü":"inventory-prod.json"}');
    assert.equal(readFileSync(join(server.folder, "prod/inventory-prod.json"), "utf8"), '{"ü":"inventory-prod.json"}');
  });

  it("have another version when they change", async () => {
    const store = open(server.writer);
    const version = async () => (await store.list("inventory-"))[0]?.version;
    await store.write("inventory-prod.json", "1");
    const first = await version();
    assert.equal(await version(), first);
    await store.write("inventory-prod.json", "2");
    assert.notEqual(await version(), first);
  });

  it("are read, and not written, by keys that may only read; and neither by others", async () => {
    await open(server.writer).write("inventory-prod.json", "3");
    const reader = open(server.reader);
    assert.equal(await reader.read("inventory-prod.json"), "3");
    await assert.rejects(reader.write("inventory-prod.json", "4"), UserError);
    assert.equal(await reader.read("inventory-prod.json"), "3");
    const stranger = open({ ...server.reader, AWS_SECRET_ACCESS_KEY: "another" });
    await assert.rejects(stranger.list(), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^s3:\/\/acme-console\/prod cannot be read: it answered 403 \w+\nCheck the bucket/);
      assert.doesNotMatch(error.message, /another/);
      return true;
    });
  });

  it("are listed whole, page by page", async () => {
    const store = open(server.writer, "/many");
    const paths = Array.from({ length: 1005 }, (_, index) => `${String(index).padStart(4, "0")} +ü&.json`);
    for (const path of paths) {
      mkdirSync(join(server.folder, "many"), { recursive: true });
      writeFileSync(join(server.folder, "many", path), "{}");
    }
    assert.deepEqual(
      (await store.list()).map(({ path }) => path),
      paths,
    );
    assert.equal(await store.read(paths[7] ?? ""), "{}");
  });

  it("are not looked for without keys, nor at what is no address", async () => {
    await assert.rejects(open({}).list(), /AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set/);
    for (const address of ["s3:bucket", "s3://A", "s3://bucket/../x y"])
      assert.throws(() => openFileStore(address), /is not an address of a bucket, expected one such as/);
  });

  it("say what does not answer", async () => {
    const nowhere = open({ ...server.reader, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:2" });
    await assert.rejects(nowhere.read("x"), /s3:\/\/acme-console\/prod\/x cannot be read: .*ECONNREFUSED/);
  });
});
