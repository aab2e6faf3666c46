import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureProgram } from "../../sandbox/toolchain/ensure.ts";

/** The bucket that a {@link TestObjectStore} has. */
export const BUCKET = "acme-console";

/** Keys that one of its two servers accepts. */
interface Keys {
  readonly id: string;
  readonly secret: string;
}

const WRITER: Keys = { id: "writer", secret: "a-test-secret-of-the-writer" };
const READER: Keys = { id: "reader", secret: "a-test-secret-of-the-reader" };

/**
 * A bucket that rclone serves as S3, with signed requests, as two servers on the same files: one for keys that may write, and one for keys
 * that may only read. Unlike AWS, it has no policies by path, and no version of an object beside its newest.
 */
export class TestObjectStore {
  /** Folder that has the bucket's files. */
  readonly folder: string;
  readonly #servers: readonly ChildProcess[];
  /** Variables by which the AWS SDK reaches it with keys that may write. */
  readonly writer: Readonly<Record<string, string>>;
  /** As {@link writer}, with keys that may only read. */
  readonly reader: Readonly<Record<string, string>>;

  private constructor(folder: string, [writer, reader]: readonly [Served, Served]) {
    this.folder = join(folder, BUCKET);
    this.#servers = [writer.process, reader.process];
    this.writer = variables(writer.url, WRITER);
    this.reader = variables(reader.url, READER);
  }

  static async start(): Promise<TestObjectStore> {
    const folder = mkdtempSync(join(tmpdir(), "odoo-saas-s3-"));
    mkdirSync(join(folder, BUCKET));
    const program = await ensureProgram("rclone");
    const served = await Promise.all([serve(program, folder, WRITER), serve(program, folder, READER, "--read-only")]);
    return new TestObjectStore(folder, served);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    }
    rmSync(join(this.folder, ".."), { recursive: true, force: true });
  }
}

/** A server, and where it is. */
interface Served {
  readonly process: ChildProcess;
  readonly url: string;
}

async function serve(program: string, folder: string, { id, secret }: Keys, ...more: string[]): Promise<Served> {
  const args = ["serve", "s3", folder, "--addr", "127.0.0.1:0", "--auth-key", `${id},${secret}`];
  // Whatever is written by one of them, the other sees soon.
  const cache = ["--vfs-cache-mode", "off", "--dir-cache-time", "100ms", "--config", "/dev/null"];
  const child = spawn(program, [...args, ...cache, ...more], { stdio: ["ignore", "ignore", "pipe"] });
  const printed: string[] = [];
  // Read to the end: a pipe that nobody reads stops the server.
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => {
      printed.push(line);
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    lines.once("close", () => {
      reject(new Error(`rclone did not serve: ${printed.join("\n")}`));
    });
  });
  return { process: child, url };
}

function variables(url: string, { id, secret }: Keys): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
  };
}
