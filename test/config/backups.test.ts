import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { backupCredentials, backupCredentialsOf } from "../../config/backups.ts";
import { ConfigError } from "../../config/diagnostics.ts";

const STORE = { endpoint: "https://s3.example", bucket: "backups", cidrs: [] };
const VOLUME = { cidrs: [] };
const KEYS = { accessKeyId: "AK", secretAccessKey: "SK" };

describe("backupCredentialsOf", () => {
  it("takes whole keys", () => {
    assert.deepEqual(backupCredentialsOf({ acme: KEYS, globex: KEYS }), { acme: KEYS, globex: KEYS });
  });

  for (const [what, entry] of [
    ["a key alone", { accessKeyId: "AK" }],
    ["an empty one", { ...KEYS, secretAccessKey: "" }],
    ["a key with a space in it", { ...KEYS, accessKeyId: "A K" }],
    ["a secret with a space before it", { ...KEYS, secretAccessKey: " SK" }],
    ["a secret with a line break behind it", { ...KEYS, secretAccessKey: "SK\n" }],
    ["a key with a line break before it", { ...KEYS, accessKeyId: "\nAK" }],
    ["a third key", { ...KEYS, region: "eu" }],
    ["a text", "AK:SK"],
  ] as const) {
    it(`leaves out ${what}, as if there were none`, () => {
      assert.deepEqual(backupCredentialsOf({ acme: entry, globex: KEYS }), { globex: KEYS });
    });
  }

  it("finds nothing in what is no mapping", () => {
    for (const value of [null, undefined, "acme", 7]) assert.deepEqual(backupCredentialsOf(value), {});
  });
});

describe("backupCredentials", () => {
  const keys = (all?: Readonly<Record<string, typeof KEYS>>) =>
    all === undefined ? {} : { backupCredentials: pulumi.secret({ ...all }) };
  const isMissing = (error: unknown) =>
    error instanceof ConfigError &&
    error.message.includes("odoo-saas:backupCredentials.acme: is missing, expected keys") &&
    error.message.includes(`pulumi config set --secret --path 'odoo-saas:backupCredentials["acme"].accessKeyId'`);

  it("are a tenant's own", async () => {
    const own = backupCredentials({ objectStore: STORE, ...keys({ acme: KEYS }) }, "acme") ?? assert.fail();
    assert.deepEqual(await new Promise((resolve) => own.apply(resolve)), KEYS);
    assert.equal(await pulumi.isSecret(own), true);
  });

  it("are none where the stack has no object store", () => {
    assert.equal(backupCredentials({ objectStore: VOLUME, ...keys({ acme: KEYS }) }, "acme"), undefined);
    assert.equal(backupCredentials({ objectStore: VOLUME }, "acme"), undefined);
  });

  it("are asked for, with the command, where the stack has one", () => {
    assert.throws(() => backupCredentials({ objectStore: STORE }, "acme"), isMissing);
  });
});
