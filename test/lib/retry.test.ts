import assert from "node:assert/strict";
import { createServer } from "node:http";
import { KeycloakAdmin } from "../../lib/keycloakAdmin.ts";
import { retry } from "../../lib/retry.ts";
import { freePort } from "../../sandbox/instance.ts";

const refused = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe("retry", () => {
  const said: string[] = [];
  const log = (line: string) => said.push(line);
  beforeEach(() => (said.length = 0));

  it("does again what failed because a server was not there, and says once what it waits for", async () => {
    let tries = 0;
    const result = await retry(
      "the server",
      () => (++tries < 4 ? Promise.reject(refused("ECONNREFUSED")) : Promise.resolve("done")),
      { log, waits: [1, 1, 1, 2000] },
    );
    assert.equal(result, "done");
    assert.equal(tries, 4);
    assert.deepEqual(said, ["Waiting for the server (ECONNREFUSED), 3 s at most"]);
  });

  it("gives up after its last wait", async () => {
    let tries = 0;
    const act = () => (tries++, Promise.reject(refused("57P03")));
    await assert.rejects(retry("it", act, { log, waits: [1, 1] }), /57P03/);
    assert.equal(tries, 3);
  });

  it("does not repeat what waiting cannot help with", async () => {
    for (const error of [
      refused("28P01"),
      new Error("no"),
      new TypeError("fetch failed", { cause: refused("ENOTFOUND") }),
    ]) {
      let tries = 0;
      await assert.rejects(
        retry("it", () => (tries++, Promise.reject(error)), { log }),
        error,
      );
      assert.equal(tries, 1);
    }
  });

  it("lets the Keycloak client wait for one that starts", async () => {
    const port = await freePort();
    const server = createServer((_request, response) => response.end('{"access_token":"t"}'));
    const login = { url: `http://127.0.0.1:${port}`, adminRealm: "master", clientId: "c", clientSecret: "s" };
    const loggedIn = KeycloakAdmin.logIn(login);
    await new Promise((done) => setTimeout(done, 300));
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    try {
      assert.ok(await loggedIn);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
