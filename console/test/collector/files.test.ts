import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
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
});
