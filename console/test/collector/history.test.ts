import assert from "node:assert/strict";
import { git } from "../../../lib/git.ts";
import { VALID_PROJECT } from "../../../test/support/projectFolder.ts";
import { historySource } from "../../collector/sources/history.ts";
import { Projections } from "../support/projections.ts";

const ACME = VALID_PROJECT["tenants/acme.yaml"] ?? "";

describe("the source history", () => {
  let projections: Projections;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(() => projections.renew());
  after(() => projections.stop());

  const read = () => projections.collect(historySource(projections.root));
  const commits = () =>
    projections.database.selectFrom("commits").selectAll().orderBy("at").orderBy("subject").execute();
  const subjects = async () => (await commits()).map(({ tenant, subject }) => `${tenant}: ${subject}`).sort();

  function rename(to: string): void {
    projections.write("tenants/acme.yaml", ACME.replace("Acme", to));
    projections.commit(`Rename to ${to}`);
  }

  it("has each commit of a tenant's file, with its difference alone", async () => {
    rename("Acme 2");
    projections.write("zones.yaml", "zones: {}\n");
    projections.commit("Take the zones away");
    await read();
    assert.deepEqual(await subjects(), ["acme: Rename to Acme 2", "acme: The first tenant"]);
    const renamed = (await commits()).find(({ subject }) => subject === "Rename to Acme 2");
    assert.equal(renamed?.author, "Test");
    assert.match(renamed.diff, /^@@ [^]*\n-displayName: Acme\n\+displayName: Acme 2\n/);
  });

  it("reads what is new, and nothing twice", async () => {
    await read();
    rename("Acme 2");
    await projections.database.updateTable("commits").set({ subject: "Read before" }).execute();
    await read();
    projections.write("zones.yaml", "zones: {}\n");
    projections.commit("Change no tenant");
    await read();
    await read();
    assert.deepEqual(await subjects(), ["acme: Read before", "acme: Rename to Acme 2"]);
  });

  it("has one row per tenant of a commit that changed several", async () => {
    projections.write("tenants/globex.yaml", ACME);
    projections.write("tenants/acme.yaml", ACME.replace("Acme", "Acme 2"));
    projections.commit("Change two");
    await read();
    assert.deepEqual(await subjects(), ["acme: Change two", "acme: The first tenant", "globex: Change two"]);
  });

  it("forgets commits of a branch that was written again", async () => {
    rename("Acme 2");
    await read();
    git(projections.root, ["reset", "--quiet", "--hard", "HEAD~1"]);
    rename("Acme 3");
    await read();
    assert.deepEqual(await subjects(), ["acme: Rename to Acme 3", "acme: The first tenant"]);
  });

  it("says that a folder is not a clone", async () => {
    const [collected] = await projections.collect(historySource("/"));
    assert.match(collected?.problem ?? "", /^git rev-parse: .*not a git repository/);
    assert.equal((await projections.state("history"))?.state, "missing");
  });
});
