import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

/** What a registry was asked to do: `PUT /v2/…`. */
export interface OciRegistry {
  /** host:port */
  readonly address: string;
  /** Method and path of every request, in order. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A registry on this machine that keeps what is pushed: the calls of the OCI distribution API that pushing and pulling need. */
export async function startOciRegistry(): Promise<OciRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    requests.push(`${method} ${url}`);
    const answer = (
      status: number,
      headers: Record<string, string | number> = {},
      bytes: Buffer = Buffer.alloc(0),
    ): void => {
      response
        .writeHead(status, { "content-length": bytes.length, ...headers })
        .end(method === "HEAD" ? undefined : bytes);
    };
    void bodyOf(request).then((body) => {
      const { pathname, searchParams } = new URL(url, "http://registry");
      const [, kind = "", name = ""] = /\/(blobs|manifests)\/([^/]+)$/.exec(pathname) ?? [];
      if (pathname === "/v2/") answer(200);
      else if (method === "POST") answer(202, { location: `${pathname}${randomUUID()}` });
      else if (method === "PUT" && kind === "manifests") {
        const digest = digestOf(body);
        const kept = { bytes: body, type: request.headers["content-type"] ?? "" };
        manifests.set(name, kept).set(digest, kept);
        answer(201, { location: pathname, "docker-content-digest": digest });
      } else if (method === "PUT") {
        const digest = searchParams.get("digest") ?? "";
        const right = digestOf(body) === digest;
        if (right) blobs.set(digest, body);
        answer(right ? 201 : 400, { location: pathname, "docker-content-digest": digest });
      } else if (kind === "manifests" && manifests.has(name)) {
        const { bytes, type } = manifests.get(name) ?? { bytes: body, type: "" };
        answer(200, { "content-type": type, "docker-content-digest": digestOf(bytes) }, bytes);
      } else if (kind === "blobs" && blobs.has(name)) {
        answer(200, { "content-type": "application/octet-stream", "docker-content-digest": name }, blobs.get(name));
      } else answer(404);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the registry has no address");
  return {
    address: `127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
