import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { openFileStore } from "../../../lib/fileStore.ts";
import { PROJECT_ROOT } from "../../../lib/projectRoot.ts";
import { BUCKET, TestObjectStore } from "../../../test/support/objectStore.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { inventoriesSource } from "../../collector/sources/inventories.ts";
import { event, giveEvent } from "../support/event.ts";
import { Projections } from "../support/projections.ts";

const ADDRESS = `s3://${BUCKET}/fleet`;

/** What `pulumi stack export` prints of a stack with one tenant. */
const STATE = {
  deployment: {
    manifest: { time: "2026-11-30T09:30:00Z" },
    resources: [
      {
        urn: "urn:pulumi:prod::odoo-saas::pulumi:pulumi:Stack::odoo-saas-prod",
        type: "pulumi:pulumi:Stack",
        outputs: { tenants: { acme: { hosts: ["acme.example"], release: "18.0-2026.11" } } },
      },
    ],
  },
};

describe("what workflows publish to a bucket", () => {
  let projections: Projections;
  let server: TestObjectStore;
  before(async () => {
    [projections, server] = await Promise.all([Projections.start(), TestObjectStore.start()]);
    await projections.renew();
  });
  after(async () => {
    await Promise.all([projections.stop(), server.stop()]);
  });

  /** As a job of a workflow, whose engine answers with {@link STATE}. */
  async function publish(variables: Readonly<Record<string, string>>, ...args: readonly string[]) {
    const programs = join(projections.folder, "programs");
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, "state.json"), JSON.stringify(STATE));
    writeFileSync(join(programs, "pulumi"), `#!/bin/sh\ncat '${join(programs, "state.json")}'\n`);
    chmodSync(join(programs, "pulumi"), 0o755);
    const env = {
      ...variables,
      PATH: [programs, process.env["PATH"]].join(delimiter),
      ODOO_SAAS_EVENTS: join(projections.folder, "ledger"),
    };
    const call = [join(PROJECT_ROOT, "commands/main.ts"), "deploy", "publish", "--stack", "prod", ...args];
    return execa(process.execPath, call, { cwd: PROJECT_ROOT, env, extendEnv: false, reject: false, all: true });
  }

  const collect = (variables = server.reader) =>
    projections.collect(
      inventoriesSource(openFileStore(`${ADDRESS}/inventories`, variables), projections.root),
      eventsSource(openFileStore(`${ADDRESS}/events`, variables)),
    );
  const tables = async () => ({
    placed: (await projections.database.selectFrom("placements").selectAll().execute()).map(
      ({ stack, tenant, hosts }) => [stack, tenant, hosts],
    ),
    events: (await projections.database.selectFrom("events").selectAll().execute()).map(({ kind, stack }) => [
      kind,
      stack,
    ]),
  });

  it("says that nothing is there yet", async () => {
    await collect();
    const source = await projections.state("inventories");
    assert.match(source?.problem ?? "", /s3:\/\/acme-console\/fleet\/inventories has no inventory-<stack>\.json/);
  });

  it("is collected by keys that only read, once, however often both run", async () => {
    giveEvent(join(projections.folder, "ledger"), event({ stack: "prod" }));
    for (let run = 0; run < 2; run++) {
      const { exitCode, all } = await publish(server.writer, "--to", ADDRESS);
      assert.equal(exitCode, 0, all);
      assert.match(all, /fleet\/events: 1 events\n.*inventory-prod\.json: 1 tenants, 0 resources/);
      await collect();
      assert.deepEqual(await tables(), {
        placed: [["prod", "acme", ["acme.example"]]],
        events: [["deploy up", "prod"]],
      });
    }
    assert.equal((await projections.state("events"))?.state, "fresh");
  });

  it("keeps the old rows, and says why, while the bucket refuses", async () => {
    const before = await tables();
    await collect({ ...server.reader, AWS_SECRET_ACCESS_KEY: "a-wrong-secret" });
    const source = await projections.state("events");
    assert.equal(source?.state, "failed");
    assert.match(source.problem ?? "", /fleet\/events cannot be read: [^]*Check the bucket, its keys/);
    assert.doesNotMatch(source.problem ?? "", /wrong-secret/);
    assert.deepEqual(await tables(), before);
  });

  it("fails where the keys may not write, and says so where no address is set", async () => {
    const refused = await publish(server.reader, "--to", ADDRESS);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.all, /s3:\/\/acme-console\/fleet\/events\/.* cannot be written: /);
    const unset = await publish(server.writer);
    assert.deepEqual([unset.exitCode, unset.all.includes("nothing is published")], [0, true]);
    assert.equal((await publish(server.writer, "--to", "s3://A")).exitCode, 1);
  });
});
