import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { text } from "node:stream/consumers";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { send } from "../../features/requests/send.ts";

const SENDING = { action: "pause", body: '{"id":"request-1"}', proof: "1.nonce.signature", secret: "shared" } as const;

describe("a request that is sent to n8n", () => {
  let server: Server;
  let address = "";
  let status = 200;
  let received: unknown[] = [];

  beforeEach(async () => {
    status = 200;
    received = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        const { "content-type": type, "x-odoo-saas-proof": proof, "x-odoo-saas-signature": signature } = headers;
        received.push({ method, url, type, proof, signature, body });
        response.writeHead(status).end("what n8n says");
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const bound = server.address();
    assert.ok(typeof bound === "object" && bound !== null);
    address = `http://127.0.0.1:${bound.port}`;
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it("goes to its action's path, with its proof and a signature of method, path, proof and body", async () => {
    const signedText = 'POST\n/webhook/odoo-saas/pause\n1.nonce.signature\n{"id":"request-1"}';
    const expected = {
      method: "POST",
      url: "/webhook/odoo-saas/pause",
      type: "application/json",
      proof: SENDING.proof,
      signature: createHmac("sha256", "shared").update(signedText).digest("hex"),
      body: SENDING.body,
    };
    assert.equal(await send(address, SENDING), "what n8n says");
    assert.equal(await send(`${address}/`, SENDING), "what n8n says");
    assert.deepEqual(received, [expected, expected]);
    await send(`${address}/below`, SENDING);
    assert.partialDeepStrictEqual(received[2], { url: "/below/webhook/odoo-saas/pause" });
  });

  it("is refused with n8n's status and words", async () => {
    status = 403;
    await assert.rejects(send(address, SENDING), (error) => {
      assert.ok(error instanceof RequestRefusal);
      assert.match(error.message, /403.*what n8n says[^]*request-refused\.md$/);
      return true;
    });
  });

  it("fails with the host's name when nobody listens there", async () => {
    await new Promise((closed) => server.close(closed));
    await assert.rejects(send(address, SENDING), (error) => {
      assert.ok(error instanceof RequestRefusal);
      assert.match(error.message, /^127\.0\.0\.1:\d+ .*fetch failed[^]*request-failed\.md$/);
      return true;
    });
  });
});
