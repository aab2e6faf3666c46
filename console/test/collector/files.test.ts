import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
import { collect } from "../../collector/collect.ts";
import { filesSource } from "../../collector/sources/files.ts";
import { Projections } from "../support/projections.ts";

const ACME = VALID_PROJECT["tenants/acme.yaml"] ?? "";

const RECORD = `displayName: Globex
owner: { team: ops, email: ops@globex.example }
environments: [staging]
decommissioned: 2026-10-01
holdUntil: 2026-10-31
lastBackup:
  id: 0123abcd
  taken: 2026-09-30T01:00:00Z
  verified: 2026-09-30T02:00:00Z
  checksum: ${"ab".repeat(32)}
  rows: { res_partner: 1 }
`;

describe("the source files", () => {
  let projections: Projections;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(() => projections.renew());
  after(() => projections.stop());

  const read = () => projections.collect(filesSource(projections.root));
  const tenants = () => projections.database.selectFrom("tenants").selectAll().orderBy("id").execute();

  it("has a row per tenant, with what its file says and costs", async () => {
    await read();
    const [acme, ...others] = await tenants();
    assert.deepEqual(others, []);
    assert.equal(acme?.display_name, "Acme");
    assert.equal(acme.yaml, ACME);
    assert.deepEqual([acme.cost, acme.currency], ["1.50", "EUR"]);
    assert.deepEqual([acme.bundles, acme.environments], [["sales"], ["staging"]]);
    assert.equal((await projections.state("files"))?.state, "fresh");
  });

  it("reads the same again without a difference, and takes over changes", async () => {
    await read();
    const before = await tenants();
    await read();
    assert.deepEqual(await tenants(), before);
    projections.write("tenants/acme.yaml", ACME.replace("Acme", "Acme 2"));
    await read();
    assert.deepEqual(
      (await tenants()).map(({ display_name, search }) => [display_name, search]),
      [["Acme 2", "acme acme 2 ops "]],
    );
  });

  it("keeps the old rows while a file is not valid, and says what is wrong with it", async () => {
    await read();
    const before = await tenants();
    projections.write("tenants/acme.yaml", ACME.replace("[sales]", "[nothing]"));
    await read();
    assert.deepEqual(await tenants(), before);
    const source = await projections.state("files");
    assert.equal(source?.state, "failed");
    assert.match(source.problem ?? "", /^The main branch is not valid:\ntenants\/acme\.yaml:3:\d+: bundles\[0\]: /);
    projections.write("tenants/acme.yaml", ACME);
    await read();
    assert.equal((await projections.state("files"))?.state, "fresh");
  });

  it("drops the row of a file that is gone, and keeps what the archive has", async () => {
    projections.write("tenants/globex.yaml", ACME.replace("Acme", "Globex"));
    await read();
    rmSync(join(projections.root, "tenants/globex.yaml"));
    await read();
    assert.deepEqual(
      (await tenants()).map(({ id }) => id),
      ["acme"],
    );
    projections.write("archive/globex.yaml", RECORD);
    await read();
    const [, globex] = await tenants();
    assert.deepEqual([globex?.id, globex?.archived, globex?.yaml, globex?.cost], ["globex", true, null, null]);
    assert.equal(globex?.status, "archived");
    assert.equal(globex.reason, "Its file is gone; the archive has its record");
  });

  describe("when files were read before", () => {
    const GLOBEX = ACME.replace("Acme", "Globex");

    /** Changes what is remembered of a file, so that a row shows whether the file was parsed again. */
    const mark = (id: string) =>
      sql`UPDATE tenants SET file = jsonb_set(file::jsonb, '{displayName}', '"Remembered"') WHERE id = ${id}`.execute(
        projections.database,
      );
    const names = async () => Object.fromEntries((await tenants()).map((row) => [row.id, row.display_name]));

    beforeEach(async () => {
      projections.write("tenants/globex.yaml", GLOBEX);
      await read();
      await mark("globex");
    });

    it("parses only a file that has changed", async () => {
      projections.write("tenants/acme.yaml", ACME.replace("Acme", "Acme 2"));
      await read();
      assert.deepEqual(await names(), { acme: "Acme 2", globex: "Remembered" });
    });

    it("parses nothing where a checkout has only written the same again", async () => {
      await mark("acme");
      for (const id of ["acme", "globex"]) utimesSync(join(projections.root, `tenants/${id}.yaml`), 1, 1);
      await read();
      assert.deepEqual(await names(), { acme: "Remembered", globex: "Remembered" });
    });

    it("parses a file that has got another's name, also where the other took its", async () => {
      const at = (id: string) => join(projections.root, `tenants/${id}.yaml`);
      renameSync(at("globex"), at("initech"));
      await read();
      assert.deepEqual(await names(), { acme: "Acme", initech: "Globex" });
      renameSync(at("acme"), at("other"));
      renameSync(at("initech"), at("acme"));
      renameSync(at("other"), at("initech"));
      await read();
      assert.deepEqual(await names(), { acme: "Globex", initech: "Acme" });
    });

    it("takes over a new price without parsing tenants again, and says what a changed plan breaks", async () => {
      const [plans, prices] = [VALID_PROJECT["plans.yaml"] ?? "", VALID_PROJECT["prices/EUR.yaml"] ?? ""];
      projections.write("prices/EUR.yaml", prices.replace('"1.50"', '"2.50"'));
      await read();
      assert.deepEqual(
        (await tenants()).map(({ display_name, cost }) => [display_name, cost]),
        [
          ["Acme", "2.50"],
          ["Remembered", "2.50"],
        ],
      );
      projections.write("plans.yaml", plans.replace("standard:", "other:"));
      await read();
      const { problem } = (await projections.state("files")) ?? {};
      assert.match(problem ?? "", /tenants\/acme\.yaml:1:1: plan: is "standard", which is not in plans\.yaml/);
      assert.match(problem ?? "", /tenants\/globex\.yaml:1:1: plan: /);
    });

    it("finds what is wrong between a file that has changed and one that has not, where it is written", async () => {
      const zones = "zones: { globex.example: [ops] }\n";
      const own = "  prod:\n    domains: [erp.globex.example]\n";
      projections.write("zones.yaml", zones);
      projections.write("tenants/globex.yaml", `${GLOBEX}${own}`);
      await read();
      assert.equal((await projections.state("files"))?.problem, undefined);
      projections.write("tenants/acme.yaml", `${ACME}${own.replace("erp.", "a.erp.")}`);
      await read();
      const { problem } = (await projections.state("files")) ?? {};
      assert.match(problem ?? "", /tenants\/acme\.yaml:7:15: .*below "erp\.globex\.example"/);
      assert.match(problem ?? "", /tenants\/globex\.yaml:7:15: .*above "a\.erp\.globex\.example"/);
    });

    it("parses everything again for another version of the program that reads it", async () => {
      const code = join(projections.folder, "code");
      mkdirSync(join(code, "config"), { recursive: true });
      const version = (text: string) => {
        writeFileSync(join(code, "config/schema.ts"), text);
        return projections.collect(filesSource(projections.root, code));
      };
      await version("1");
      assert.deepEqual(await names(), { acme: "Acme", globex: "Globex" });
      await mark("globex");
      projections.write("tenants/acme.yaml", ACME.replace("Acme", "Acme 2"));
      await version("1");
      assert.deepEqual(await names(), { acme: "Acme 2", globex: "Remembered" });
      await version("2");
      assert.deepEqual(await names(), { acme: "Acme 2", globex: "Globex" });
    });

    it("parses everything again in a full read, which leaves the same rows as the first", async () => {
      const full = () => collect(projections.database, [filesSource(projections.root)], true);
      await full();
      const all = await tenants();
      assert.deepEqual(await names(), { acme: "Acme", globex: "Globex" });
      projections.write("tenants/acme.yaml", ACME.replace("Acme", "Acme 2"));
      await read();
      projections.write("tenants/acme.yaml", ACME);
      await read();
      assert.deepEqual(await tenants(), all);
      await full();
      assert.deepEqual(await tenants(), all);
    });
  });
});
