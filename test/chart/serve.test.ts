import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../sandbox/instance.ts";

const SCRIPT = join(import.meta.dirname, "../../charts/odoo/files/serve.py");

/** Seconds of the script, so short that a test sees each of them pass. Where none may pass, a test gives longer ones. */
const TIMES = {
  WATCH_SECONDS: "0.2",
  ANSWER_SECONDS: "0.5",
  READY_SECONDS: "1",
  LIVE_SECONDS: "2.5",
  STOP_SECONDS: "1",
};

/** Stands in for psql: prints the file `database`, or hangs or fails as the files `hangs` and `away` say. */
const PSQL = `
[ ! -e "$STATE/hangs" ] || exec sleep 60
[ ! -e "$STATE/full" ] || { cat "$STATE/full" >&2; exit 2; }
[ ! -e "$STATE/away" ] || { echo "psql: error: connection refused" >&2; exit 2; }
case "$*" in *ir_config_parameter*) cat "$STATE/database" ;; esac`;

/**
 * Stands in for Odoo: answers on HTTP_PORT unless the database or the file `stuck` holds it, has a worker, and writes down what
 * happens to it.
 */
const ODOO = `
import http.server, os, signal, subprocess, sys, time
state = os.environ["STATE"]
def log(line):
    with open(state + "/log", "a") as file:
        file.write(line + "\\n")
def end(*_):
    log("SIGTERM")
    if not os.path.exists(state + "/stubborn"):
        os._exit(3 if os.path.exists(state + "/crash") else 0)
signal.signal(signal.SIGTERM, end)
worker = subprocess.Popen(["sleep", "300"])
with open(state + "/worker", "w") as file:
    file.write(str(worker.pid))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        log("GET " + self.path)
        while os.path.exists(state + "/hangs") or os.path.exists(state + "/stuck"):
            time.sleep(0.1)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Odoo")
    def log_message(self, *_):
        pass
class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass
server = Server(("0.0.0.0", int(os.environ["HTTP_PORT"])), Handler)
log("start " + " ".join(sys.argv[1:]))
server.serve_forever()`;

describe("charts/odoo/files/serve.py", () => {
  let folder: string;
  let supervisor: ChildProcess;
  let log: string;
  let odooPort: number;
  let statusPort: number;

  const file = (name: string) => join(folder, name);
  const odoo = () => (existsSync(file("log")) ? readFileSync(file("log"), "utf8").split("\n").slice(0, -1) : []);
  const starts = () => odoo().filter((line) => line.startsWith("start"));

  /** Writes a file that psql's stand-in may read at the same moment: it finds the old text or the new one, and never half of one. */
  function say(name: string, text: string): void {
    writeFileSync(file(`${name}.new`), text);
    renameSync(file(`${name}.new`), file(name));
  }

  /** What the database says of itself from now on. */
  function database(revision: string | undefined, image = "sha256:one"): void {
    const rows = [`odoo_saas.image|${image}`, ...(revision === undefined ? [] : [`odoo_saas.revision|${revision}`])];
    say("database", `${rows.join("\n")}\n`);
  }

  async function ask(port: number, path: string): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Connection: "close" } });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
  const live = async () => (await ask(statusPort, "/live")).status;
  const ready = async () => (await ask(statusPort, "/ready")).status;

  /** Waits until something holds. */
  async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      try {
        if (await holds()) return;
      } catch {
        // Not listening yet.
      }
      assert.ok(Date.now() < end, `${what}, expected within ${seconds} s; its log:\n${log}\n${odoo().join("\n")}`);
      await sleep(50);
    }
  }

  const running = (pid: number) => {
    try {
      // A process that has ended and is not collected yet has no memory.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false;
    }
  };

  async function start(times: Partial<typeof TIMES> = {}): Promise<void> {
    [odooPort, statusPort] = [await freePort(), await freePort()];
    log = "";
    supervisor = spawn("python3", ["-B", "-I", SCRIPT, "odoo", "--workers=2", "--max-cron-threads=0"], {
      env: {
        PATH: `${file("bin")}:${process.env["PATH"] ?? ""}`,
        STATE: folder,
        HTTP_PORT: String(odooPort),
        STATUS_PORT: String(statusPort),
        ODOO_REVISION: "r1",
        ODOO_IMAGE_DIGEST: "sha256:one",
        ...TIMES,
        ...times,
      },
      stdio: ["ignore", "inherit", "pipe"],
    });
    supervisor.stderr?.on("data", (chunk) => (log += String(chunk)));
    await until("the probes' port listens", async () => (await live()) === 200);
  }

  async function startServing(times: Partial<typeof TIMES> = {}): Promise<void> {
    database("r1");
    await start(times);
    await until("ready", async () => (await ready()) === 200);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "odoo-saas-serve-"));
    mkdirSync(file("bin"));
    for (const [name, body] of [
      ["psql", `#!/bin/sh${PSQL}\n`],
      ["odoo", `#!/usr/bin/env python3${ODOO}\n`],
    ] as const) {
      writeFileSync(join(file("bin"), name), body);
      chmodSync(join(file("bin"), name), 0o755);
    }
  });
  afterEach(async () => {
    for (const name of ["hangs", "stuck", "stubborn"]) rmSync(file(name), { force: true });
    if (supervisor.exitCode === null && supervisor.signalCode === null) {
      const ended = once(supervisor, "exit");
      supervisor.kill();
      await ended;
    }
    if (existsSync(file("worker"))) {
      const worker = Number(readFileSync(file("worker"), "utf8"));
      if (running(worker)) process.kill(worker, "SIGKILL");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts Odoo only when the database is at its revision, and answers with a page until then", async () => {
    database("r0");
    await start();
    await until("the page", async () => (await ask(odooPort, "/web")).status === 503);
    const page = await ask(odooPort, "/odoo/action-1");
    assert.match(page.text, /Update in progress/);
    assert.equal(page.headers.get("retry-after"), "60");
    // Nothing has served here: the route must not lead to this pod.
    assert.equal(await ready(), 503);
    await until("the reason", () => log.includes("the database is at revision 'r0', expected 'r1'"));
    assert.match(log, /docs\/runbooks\/odoo-init\.md/);
    await sleep(1000);
    assert.deepEqual(odoo(), []);

    database("r1");
    await until("ready", async () => (await ready()) === 200);
    assert.deepEqual(starts(), ["start --workers=2 --max-cron-threads=0"]);
    assert.equal((await ask(odooPort, "/web")).text, "Odoo");
  });

  it("waits for a database that does not answer, and says what psql did", async () => {
    database("r1");
    writeFileSync(file("away"), "");
    await start();
    await until("the reason", () => log.includes("psql: error: connection refused, expected 'r1'"));
    assert.deepEqual(odoo(), []);
    rmSync(file("away"));
    await until("ready", async () => (await ready()) === 200);
  });

  it("stops Odoo with its workers when an upgrade begins, and routes people to the page meanwhile", async () => {
    await startServing();
    const worker = Number(readFileSync(file("worker"), "utf8"));
    assert.ok(running(worker));
    database(undefined);
    await until("the page", async () => (await ask(odooPort, "/web")).status === 503);
    assert.ok(odoo().includes("SIGTERM"));
    assert.ok(!running(worker), "the worker has ended");
    assert.equal(await ready(), 200);
    assert.equal(await live(), 200);
    // By an image that is not this pod's: it has to be replaced.
    database("r2", "sha256:two");
    await sleep(1000);
    assert.equal(starts().length, 1);
    // The backup from before the upgrade is back.
    database("r1");
    await until("a second start", () => starts().length === 2);
    await until("ready", async () => (await ready()) === 200);
    assert.equal((await ask(odooPort, "/web")).text, "Odoo");
  });

  it("stops Odoo when another image has upgraded the database unseen, and not for other modules of the same", async () => {
    await startServing();
    database("r2");
    await sleep(1000);
    assert.equal((await ask(odooPort, "/web")).text, "Odoo");
    database("r3", "sha256:two");
    await until("the page", async () => (await ask(odooPort, "/web")).status === 503);
  });

  it("kills an Odoo that does not stop", async () => {
    await startServing();
    writeFileSync(file("stubborn"), "");
    database(undefined);
    await until("the page", async () => (await ask(odooPort, "/web")).status === 503);
  });

  it("is live and not ready while the database hangs, asks Odoo no more, and is ready again afterwards", async () => {
    await startServing();
    writeFileSync(file("hangs"), "");
    await until("not ready", async () => (await ready()) === 503);
    const asked = odoo().length;
    for (let i = 0; i < 40; i++) {
      assert.equal(await live(), 200);
      await sleep(100);
    }
    assert.ok(odoo().length - asked <= 1, `${odoo().length - asked} requests, each of which holds a worker`);
    assert.equal(starts().length, 1);
    assert.ok(!odoo().includes("SIGTERM"));
    rmSync(file("hangs"));
    await until("ready", async () => (await ready()) === 200);
    assert.equal(starts().length, 1);
  });

  const FULL = [
    'FATAL:  too many connections for role "acme"',
    'FATAL:  too many connections for database "acme"',
    "FATAL:  sorry, too many clients already",
    "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
    "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
  ];

  it("stays ready when no connection is left for the look, and not when the database is away", async () => {
    // A stand-in that the machine is too busy to run within half a second would be a database that is away.
    await startServing({ ANSWER_SECONDS: "30", READY_SECONDS: "60", LIVE_SECONDS: "60" });
    for (const message of FULL) {
      say("full", `psql: error: ${message}\n`);
      // Longer than until the next look, which comes more often while Odoo does not answer.
      for (let i = 0; i < 8; i++) {
        assert.deepEqual([await ready(), await live()], [200, 200], message);
        await sleep(100);
      }
    }
    rmSync(file("full"));
    writeFileSync(file("away"), "");
    await until("not ready", async () => (await ready()) === 503);
    assert.equal(await live(), 200);
    rmSync(file("away"));
    await until("ready", async () => (await ready()) === 200);
    assert.equal(starts().length, 1);
  });

  it("is not live when Odoo hangs though the database answers, and stays ready for a while before", async () => {
    await startServing({ READY_SECONDS: "4", LIVE_SECONDS: "6" });
    writeFileSync(file("stuck"), "");
    await sleep(600);
    assert.deepEqual([await ready(), await live()], [200, 200]);
    await until("not ready", async () => (await ready()) === 503);
    await until("not live", async () => (await live()) === 503);
    rmSync(file("stuck"));
    await until("live", async () => (await live()) === 200);
  });

  it("passes the end on to Odoo, and ends as it does", async () => {
    await startServing();
    supervisor.kill("SIGTERM");
    assert.deepEqual(await once(supervisor, "exit"), [0, null]);
    assert.ok(odoo().includes("SIGTERM"));
  });

  it("ends with Odoo's status when that ends by itself", async () => {
    await startServing();
    writeFileSync(file("crash"), "");
    const worker = Number(readFileSync(file("worker"), "utf8"));
    const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${worker}/status`, "utf8"))?.[1]);
    process.kill(parent, "SIGTERM");
    assert.deepEqual(await once(supervisor, "exit"), [3, null]);
    assert.match(log, /Odoo has ended with status 3/);
  });

  it("ends at once while it waits", async () => {
    database(undefined);
    await start();
    supervisor.kill("SIGTERM");
    assert.deepEqual(await once(supervisor, "exit"), [0, null]);
  });
});
