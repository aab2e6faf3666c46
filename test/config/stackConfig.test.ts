import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import type { Output } from "@pulumi/pulumi";
import { ConfigError } from "../../config/diagnostics.ts";
import { brokerSecret, parseStackSettings, plainValue, readStackConfig } from "../../config/stackConfig.ts";
import type { ConfigValues } from "../../config/stackConfig.ts";
import { configSource, VALID_SECRETS, validStack } from "../support/stackValues.ts";

function read(secrets: Readonly<Record<string, string>> = {}, changes: Readonly<Record<string, unknown>> = {}) {
  return readStackConfig(configSource({ ...validStack(), ...changes }, { ...VALID_SECRETS, ...secrets }));
}

function valueOf<T>(output: Output<T> | undefined): Promise<T> {
  return new Promise((resolve) => (output ?? assert.fail()).apply(resolve));
}

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return "";
}

describe("the secrets of a stack", () => {
  it("are each in the place of its own", async () => {
    const { tenantsDatabase, analyticsDatabase, keycloak, watchdog } = read();
    assert.equal(await valueOf(watchdog.passwords.tenants), "four");
    assert.equal(await valueOf(watchdog.passwords.analytics), "five");
    assert.equal(await valueOf(tenantsDatabase.password), "one");
    assert.equal(await valueOf(analyticsDatabase.password), "two");
    assert.equal(await valueOf(keycloak.clientSecret), "three");
    assert.deepEqual([tenantsDatabase.host, analyticsDatabase.host], ["db.example", "analytics.example"]);
    assert.equal(keycloak.url, "https://login.example");
  });

  it("are left out where they are optional and not set", () => {
    const stack = read();
    for (const key of ["githubToken", "brokerSecrets", "backupCredentials"]) assert.ok(!(key in stack), key);
    assert.ok(!("kubeconfig" in stack.kubernetes));
  });

  it("are there, and secret, where they are optional and set", async () => {
    const key = { accessKeyId: "AK", secretAccessKey: "SK" };
    const { kubernetes, githubToken, brokerSecrets, backupCredentials } = read({
      kubeconfig: "k",
      githubToken: "t",
      brokerSecrets: '{"acme":"s"}',
      backupCredentials: JSON.stringify({ acme: key }),
    });
    assert.equal(kubernetes.gatewayClassName, "envoy");
    assert.equal(await valueOf(kubernetes.kubeconfig), "k");
    assert.equal(await valueOf(githubToken), "t");
    assert.deepEqual(await valueOf(brokerSecrets), { acme: "s" });
    assert.deepEqual(await valueOf(backupCredentials), { acme: key });
    assert.ok(kubernetes.kubeconfig && githubToken && brokerSecrets && backupCredentials);
    assert.ok((await isSecret(kubernetes.kubeconfig)) && (await isSecret(githubToken)));
    assert.ok((await isSecret(brokerSecrets)) && (await isSecret(backupCredentials)));
  });

  it("need the commands of what is missing beside them", () => {
    const text = message(() => readStackConfig(configSource({}, VALID_SECRETS)));
    for (const key of ["environment", "baseDomain", "release"])
      assert.ok(text.includes(`to fix it: pulumi config set odoo-saas:${key} <value>`), key);
    assert.ok(text.includes("to fix it: pulumi config set --path 'odoo-saas:tls.<key>' <value>"));
  });

  it("are asked for beside all else that is wrong", () => {
    const source = configSource(
      { ...validStack(), cell: "Main" },
      {
        tenantsDatabasePassword: "one",
        keycloakClientSecret: "three",
        tenantsWatchdogPassword: "four",
        analyticsWatchdogPassword: "five",
      },
    );
    const text = message(() => readStackConfig(source));
    assert.match(text, /^The stack's configuration cannot be used:\n/);
    assert.match(text, /odoo-saas:analyticsDatabasePassword: is missing/);
    assert.match(text, /odoo-saas:cell: is "Main"/);
    assert.doesNotMatch(text, /tenantsDatabasePassword|keycloakClientSecret/);
  });
});

describe("secrets of identity providers", () => {
  it("are texts that are not empty", async () => {
    const { brokerSecrets } = read({ brokerSecrets: '{"acme":"s","beta":"","gamma":7,"delta":null}' });
    assert.deepEqual(await valueOf(brokerSecrets), { acme: "s" });
    for (const none of ["null", '"acme"', "7"])
      assert.deepEqual(await valueOf(read({ brokerSecrets: none }).brokerSecrets), {});
  });

  it("are asked for when they are read, where others have one", async () => {
    const secret = brokerSecret(read({ brokerSecrets: '{"acme":"s"}' }), "globex");
    const promise: unknown = Reflect.get(secret, "promise");
    assert.ok(typeof promise === "function");
    await assert.rejects(async () => {
      await Reflect.apply(promise, secret, []);
    }, /odoo-saas:brokerSecrets\.globex: is missing/);
  });

  it("are asked for by the tenant's name", () => {
    assert.equal(
      message(() => brokerSecret(read(), "acme")),
      "A client secret is missing:\n" +
        "  odoo-saas:brokerSecrets.acme: is missing, expected the secret of the tenant's sso.identityProvider\n" +
        `    to fix it: pulumi config set --secret --path 'odoo-saas:brokerSecrets["acme"]'`,
    );
  });
});

describe("true and false", () => {
  it("are written as texts, and read where a key is a flag", () => {
    for (const key of ["protect", "canary"]) {
      assert.deepEqual(
        ["true", "false", "yes", ""].map((text) => plainValue(key, text)),
        [true, false, "yes", ""],
      );
    }
    assert.equal(plainValue("cell", "true"), "true");
    for (const canary of ["true", "false"]) assert.equal(read({}, { canary }).canary, canary === "true");
    assert.equal(read({}, { environment: "sandbox", protect: "true" }).protect, true);
  });
});

describe("settings that Pulumi lists", () => {
  const listed = (more: ConfigValues): ConfigValues =>
    new Map([
      ...Object.entries(validStack()).map(
        ([key, value]) =>
          [`odoo-saas:${key}`, typeof value === "string" ? { text: value } : { text: "{}", object: value }] as const,
      ),
      ...more,
    ]);

  it("are the project's own, no secret among them", () => {
    const settings = parseStackSettings(
      listed(
        new Map([
          ["other:cell", { text: "east" }],
          ["odoo-saas:githubToken", { text: "t" }],
          ["odoo-saas:backupCredentials", { object: {} }],
          ["odoo-saas:kubeconfig", {}],
        ]),
      ),
    );
    assert.equal(settings.cell, "main");
    assert.equal(settings.mail?.host, "mail.example");
  });

  it("have flags as texts", () => {
    assert.equal(parseStackSettings(listed(new Map([["odoo-saas:canary", { text: "true" }]]))).canary, true);
  });

  it("are refused with every problem and the command that fixes it", () => {
    const changes = new Map([
      ["odoo-saas:cell", {}],
      ["odoo-saas:tls", { object: { issuer: "x" } }],
    ]);
    assert.deepEqual(message(() => parseStackSettings(listed(changes))).split("\n"), [
      "The stack's configuration cannot be used:",
      '  odoo-saas:cell: is "", expected lower-case words joined by hyphens such as "main"',
      "    to fix it: pulumi config set odoo-saas:cell <value>",
      "  odoo-saas:tls.issuer: is not a known key, expected clusterIssuer",
      "    to fix it: pulumi config rm --path 'odoo-saas:tls.issuer'",
    ]);
  });
});
