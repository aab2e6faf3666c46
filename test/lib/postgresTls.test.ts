import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import { startThrowAwayPostgres } from "../support/postgres.ts";
import type { ThrowAwayPostgres } from "../support/postgres.ts";

const SCRIPT = join(import.meta.dirname, "support/connectOverTls.ts");
const WRONG_NAME = "ERR_TLS_CERT_ALTNAME_INVALID";
const UNKNOWN_AUTHORITY = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";

/** An authority, and a certificate that it signed for a host. */
async function certificateFor(host: string) {
  const authority = await generate([{ name: "commonName", value: "Test authority" }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: host }], {
    algorithm: "sha256",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}

describe("TLS to PostgreSQL by sslmode", function () {
  this.timeout(120_000);
  let folder: string;
  let server: ThrowAwayPostgres | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-tls-"));
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a server with a certificate for a host, and connects to it as `localhost` in every mode. */
  async function connect(host: string, isTrusted: boolean): Promise<unknown> {
    const { authority, certificate, key } = await certificateFor(host);
    const started = await startThrowAwayPostgres("tls");
    server = started;
    const owner = statSync(started.dataDir);
    for (const [name, text] of Object.entries({ "server.crt": certificate, "server.key": key })) {
      const path = join(started.dataDir, name);
      writeFileSync(path, text, { mode: 0o600 });
      chownSync(path, owner.uid, owner.gid);
    }
    await started.connect(async (client) => {
      await client.query("ALTER SYSTEM SET ssl = on");
      await client.query("SELECT pg_reload_conf()");
    });
    // Sessions that begin after the server has read its settings again have them.
    const isOn = () =>
      started.connect(async (client) => (await client.query<{ ssl: string }>("SHOW ssl")).rows[0]?.ssl);
    while ((await isOn()) !== "on") await sleep(50);
    const authorityFile = join(folder, "ca.crt");
    writeFileSync(authorityFile, authority);
    const environment = isTrusted ? { NODE_EXTRA_CA_CERTS: authorityFile } : {};
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [SCRIPT, String(started.port), started.superuserPassword],
      { env: { ...process.env, ...environment } },
    );
    return JSON.parse(stdout);
  }

  it("verifies nothing, the authority, or the authority and the host, as libpq does", async () => {
    assert.deepEqual(await connect("localhost", true), {
      disable: "plain text",
      require: "encrypted",
      "verify-ca": "encrypted",
      "verify-full": "encrypted",
    });
  });

  it("refuses another host's certificate by verify-full alone", async () => {
    assert.deepEqual(await connect("db.example", true), {
      disable: "plain text",
      require: "encrypted",
      "verify-ca": "encrypted",
      "verify-full": WRONG_NAME,
    });
  });

  it("refuses a certificate of an authority that nobody trusts by verify-ca and verify-full", async () => {
    assert.deepEqual(await connect("localhost", false), {
      disable: "plain text",
      require: "encrypted",
      "verify-ca": UNKNOWN_AUTHORITY,
      "verify-full": UNKNOWN_AUTHORITY,
    });
  });
});
