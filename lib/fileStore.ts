import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { AwsClient } from "aws4fetch";
import { retry } from "./retry.ts";
import { UserError } from "./userError.ts";

/** A file of a {@link FileStore}. */
export interface StoredFile {
  /** Path below the store's address, with slashes. */
  readonly path: string;
  /** Changes when the file does. */
  readonly version: string;
}

/** Text files in a folder, or in a bucket of an S3 object store. */
export interface FileStore {
  /** Where it is, for messages: a folder, or `s3://bucket/prefix`. */
  readonly address: string;
  /**
   * All files, in the order of their paths.
   *
   * @param after only paths that are greater. @default all
   * @throws UserError when it cannot be read
   */
  list(after?: string): Promise<StoredFile[]>;
  /** Text of a file. @throws UserError when it cannot be read */
  read(path: string): Promise<string>;
  /**
   * Opens a large file, which stays the same meanwhile. A folder's is never in memory as a whole.
   *
   * @param use its `chunks` begin at the file's beginning each time that they are asked for
   * @throws UserError when it cannot be read; errors of `use` as they are
   */
  open<Result>(path: string, use: (chunks: () => Iterable<Buffer>) => Promise<Result>): Promise<Result>;
  /** Writes a file, which is there as a whole or not at all. @throws UserError when it cannot be written */
  write(path: string, text: string): Promise<void>;
}

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.=-]+)*)$/;

/**
 * Opens a folder, or a bucket: `s3://bucket/prefix`. A bucket's region, endpoint and keys are those of the variables that AWS' own
 * programs read: `AWS_REGION`, `AWS_ENDPOINT_URL_S3` (default: AWS' of the region), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, where
 * the keys are of a role, `AWS_SESSION_TOKEN`.
 *
 * @throws UserError for an address of a bucket that is none
 */
export function openFileStore(address: string, env: NodeJS.ProcessEnv = process.env): FileStore {
  if (!address.startsWith("s3:")) return folderStore(address);
  const [, bucket, path = ""] = S3.exec(address) ?? [];
  if (bucket === undefined)
    throw new UserError(`${address} is not an address of a bucket, expected one such as s3://acme-console/prod`);
  return bucketStore(address, bucket, path === "" ? "" : `${path.slice(1)}/`, env);
}

function folderStore(folder: string): FileStore {
  return {
    address: folder,
    list: (after = "") =>
      trying(`${folder} cannot be read`, () =>
        readdirSync(folder, { recursive: true, encoding: "utf8" })
          .map((path) => path.split(sep).join("/"))
          .filter((path) => path > after)
          .sort()
          .flatMap((path) => {
            // A file may go while folders are read.
            const stat = statSync(join(folder, path), { throwIfNoEntry: false });
            return stat?.isFile() === true ? [{ path, version: `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size}` }] : [];
          }),
      ),
    read: (path) => trying(`${join(folder, path)} cannot be read`, () => readFileSync(join(folder, path), "utf8")),
    async open(path, use) {
      const descriptor = await trying(`${join(folder, path)} cannot be read`, () => openSync(join(folder, path), "r"));
      try {
        return await use(() => chunksOf(descriptor));
      } finally {
        closeSync(descriptor);
      }
    },
    write: (path, text) =>
      trying(`${join(folder, path)} cannot be written`, () => {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(`${file}.partial`, text);
        renameSync(`${file}.partial`, file);
      }),
  };
}

/** Bytes of a file that are read at once. */
const CHUNK = 192 * 1024;

/** A file from its beginning, in parts that all use the same memory. */
function* chunksOf(descriptor: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let from = 0, length = 1; length > 0; from += length) {
    length = readSync(descriptor, buffer, 0, CHUNK, from);
    yield buffer.subarray(0, length);
  }
}

/** Does something that may fail. @throws UserError with what went wrong and why */
async function trying<Result>(what: string, act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new UserError(`${what}: ${reasonOf(error)}`);
  }
}

/** Waits before another try where the network fails, in milliseconds. */
const WAITS = [250, 1000];
/** Tries after an answer that says that the store is busy, with waits that double from 50 ms. */
const BUSY_TRIES = 5;
/** Milliseconds that a request may take. */
const TIMEOUT = 30_000;

const HINT =
  "\nCheck the bucket, its keys, AWS_REGION and AWS_ENDPOINT_URL_S3, and whether the network lets it through.";

function bucketStore(address: string, bucket: string, prefix: string, env: NodeJS.ProcessEnv): FileStore {
  const {
    AWS_REGION: region = "us-east-1",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_S3: endpoint = `https://s3.${region}.amazonaws.com`,
  } = env;
  // By path: one host for all buckets, which a network policy and a certificate can name.
  const url = `${endpoint.replace(/\/$/, "")}/${bucket}`;
  const ask = (what: string, target: string, init: RequestInit = {}) =>
    trying(what, async () => {
      if (accessKeyId === "" || secretAccessKey === "")
        throw new UserError("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set");
      const client = new AwsClient({
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: "s3",
        region,
        retries: BUSY_TRIES,
      });
      const send = () => client.fetch(target, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
      const response = await retry(address, send, { waits: WAITS });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (!response.ok)
        throw new UserError(`it answered ${response.status} ${tagOf(bytes.toString(), "Code") ?? ""}`.trim() + HINT);
      return bytes;
    });
  const objectUrl = (path: string) => `${url}/${`${prefix}${path}`.split("/").map(encodeURIComponent).join("/")}`;
  return {
    address,
    async list(after) {
      const files: StoredFile[] = [];
      let next: string | undefined;
      do {
        const query = new URLSearchParams({
          "list-type": "2",
          "encoding-type": "url",
          prefix,
          ...(after === undefined ? {} : { "start-after": `${prefix}${after}` }),
          ...(next === undefined ? {} : { "continuation-token": next }),
        });
        const page = (await ask(`${address} cannot be read`, `${url}/?${query.toString()}`)).toString();
        for (const [, content = ""] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const key = decodeURIComponent((tagOf(content, "Key") ?? "").replaceAll("+", " "));
          const version = ["ETag", "LastModified", "Size"].map((tag) => tagOf(content, tag) ?? "").join(" ");
          if (!key.endsWith("/")) files.push({ path: key.slice(prefix.length), version });
        }
        next = tagOf(page, "IsTruncated") === "true" ? tagOf(page, "NextContinuationToken") : undefined;
      } while (next !== undefined);
      return files;
    },
    read: async (path) => (await ask(`${address}/${path} cannot be read`, objectUrl(path))).toString(),
    async open(path, use) {
      const bytes = await ask(`${address}/${path} cannot be read`, objectUrl(path));
      return use(() => [bytes]);
    },
    async write(path, text) {
      const headers = { "content-type": "application/json" };
      await ask(`${address}/${path} cannot be written`, objectUrl(path), { method: "PUT", body: text, headers });
    },
  };
}

/** Text of the first element of a name in an answer of S3, whose elements of one text have no attributes. */
function tagOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch reports is of the network only in its cause.
  const inner = error.cause instanceof Error ? error.cause : error;
  const first: unknown = inner instanceof AggregateError ? inner.errors[0] : inner;
  return (first instanceof Error ? first : inner).message;
}
