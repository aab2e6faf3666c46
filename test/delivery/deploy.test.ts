import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { BackupError } from "../../features/backups/backupError.ts";
import { deploy } from "../../features/delivery/deploy.ts";
import { DeliveredProject } from "../support/deliveredProject.ts";
import { startFakePostgres } from "../support/fakePostgres.ts";
import type { FakePostgres } from "../support/fakePostgres.ts";
import { configJson, validStack } from "../support/stackValues.ts";

/** A tenant that does not run: all that its smoke test asks is that the servers refuse it. */
const paused = (name: string, prod = "{}") => `displayName: ${name}
owner: { team: ops, email: ops@acme.example }
bundles: [sales]
lifecycle: paused
environments:
  staging: {}
  prod: ${prod}
`;

const TENANT = "odoo:saas:OdooTenant";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const TENANTS = ["acme", "globex"];

/** What the engine shows of tenants, each a component with a part: what happens to the part. */
type Operations = Readonly<Record<string, "same" | "update" | "create">>;

/** A client of PostgreSQL that is too old, so that every backup fails before it asks a server for anything. */
const OLD_CLIENT = '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.24"\n';

describe("deploy", () => {
  let project: DeliveredProject;
  let servers: FakePostgres;
  let programs: string;
  let said: string[];
  const { PATH, ODOO_SAAS_POSTGRES_BIN } = process.env;

  beforeEach(async () => {
    servers = await startFakePostgres(() => "42501");
    programs = mkdtempSync(join(tmpdir(), "odoo-saas-programs-"));
    said = [];
    process.env["PATH"] = `${programs}${delimiter}${PATH ?? ""}`;
    process.env["ODOO_SAAS_POSTGRES_BIN"] = programs;
  });
  afterEach(async () => {
    process.env["PATH"] = PATH;
    if (ODOO_SAAS_POSTGRES_BIN === undefined) delete process.env["ODOO_SAAS_POSTGRES_BIN"];
    else process.env["ODOO_SAAS_POSTGRES_BIN"] = ODOO_SAAS_POSTGRES_BIN;
    rmSync(programs, { recursive: true, force: true });
    project.remove();
    await servers.stop();
  });

  /** Puts the programs that a deployment runs before all others: an engine that only tells, and backups that fail. */
  function install(stack: string, operations: Operations): void {
    const urn = (types: string, name: string) => `urn:pulumi:${stack}::odoo-saas::${types}::${name}`;
    const events = Object.entries(operations).flatMap(([id, op]) => [
      { op: op === "create" ? op : "same", urn: urn(TENANT, id), type: TENANT, new: { parent: "" } },
      { op, urn: urn(`${TENANT}$${CONFIG}`, `${id}-config`), type: CONFIG, new: { parent: urn(TENANT, id) } },
    ]);
    const lines = events.map((metadata, sequence) => JSON.stringify({ sequence, resourcePreEvent: { metadata } }));
    const server = { host: "127.0.0.1", port: servers.port, password: "x" };
    const tenants = TENANTS.map((id): [string, object] => [
      id,
      {
        lifecycle: "paused",
        namespace: `odoo-${id}`,
        hosts: [`${id}.example`],
        database: { ...server, name: id, role: id },
        realm: { issuer: "", clientId: "", clientSecret: "" },
        analytics: { ...server, name: "analytics", schema: id, role: `${id}_reader` },
      },
    ]);
    const settings = {
      ...validStack(),
      environment: "sandbox",
      tenantsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
      analyticsDatabase: { host: "127.0.0.1", sslmode: "disable", cidrs: ["127.0.0.1/32"] },
    };
    writeFileSync(join(programs, "preview.json"), lines.map((line) => `${line}\n`).join(""));
    writeFileSync(join(programs, "config.json"), configJson(settings));
    writeFileSync(join(programs, "stack.json"), JSON.stringify({ tenants: Object.fromEntries(tenants) }));
    const scripts = {
      pulumi: `#!/bin/sh\necho "$1" >>'${programs}/log'\n[ "$1" = up ] || cat '${programs}'/"$1".json\n`,
      ...Object.fromEntries(["pg_dump", "pg_restore", "psql", "restic"].map((name) => [name, OLD_CLIENT])),
    };
    for (const [name, text] of Object.entries(scripts)) {
      writeFileSync(join(programs, name), text);
      chmodSync(join(programs, name), 0o755);
    }
  }

  /** Deploys a stack. @param acme what tenant acme's file says of prod @param later files that change after the promotion */
  async function deployed(
    stack: string,
    operations: Operations,
    acme = "{}",
    later?: Readonly<Record<string, string>>,
  ): Promise<void> {
    project = new DeliveredProject({
      "policies/pulumi-analyzer-odoo-saas": "",
      "tenants/acme.yaml": paused("Acme", acme),
      "tenants/globex.yaml": paused("Globex"),
    });
    project.attest();
    project.promote();
    if (later !== undefined) project.commit(later);
    install(stack, operations);
    await deploy(project.root, stack, (line) => said.push(line));
  }

  const commands = () =>
    existsSync(join(programs, "log")) ? readFileSync(join(programs, "log"), "utf8").trim().split("\n") : [];
  const updates = () => commands().filter((command) => command === "up").length;
  const waves = () => said.filter((line) => line.startsWith("Wave "));

  it("updates no tenant of prod that cannot be backed up", async () => {
    await assert.rejects(deployed("prod", { acme: "update", globex: "same" }), BackupError);
    assert.deepEqual(waves(), ["Wave 1 of 1 (all): acme."]);
    assert.deepEqual(commands(), ["preview"]);
  });

  it("backs up before each wave of prod what changes in it", async () => {
    await assert.rejects(deployed("prod", { acme: "same", globex: "update" }, "{ canary: true }"), BackupError);
    assert.deepEqual(waves(), ["Wave 1 of 2 (canary): no tenant changes.", "Wave 2 of 2 (all): globex."]);
    assert.equal(updates(), 1);
  });

  it("asks the engine for nothing in prod that was not promoted", async () => {
    const later = { "tenants/globex.yaml": paused("Globex Europe") };
    await assert.rejects(deployed("prod", { globex: "update" }, "{}", later), /The files of prod were not promoted/);
    assert.deepEqual(commands(), []);
  });

  it("backs up nothing of prod that is new or stays", async () => {
    await deployed("prod", { acme: "same", globex: "create" });
    assert.deepEqual(waves(), ["Wave 1 of 1 (all): globex (new)."]);
    assert.equal(updates(), 1);
  });

  it("updates staging without backups", async () => {
    await deployed("staging", { acme: "update", globex: "same" });
    assert.deepEqual(waves(), ["Wave 1 of 1 (all): acme."]);
    assert.equal(updates(), 1);
  });
});
