import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { ConfigError } from "../../config/diagnostics.ts";
import { STAFF_ROLES } from "../../config/names.ts";
import { consoleSchema } from "../../config/schemas/console.ts";
import { readStackConfig } from "../../config/stackConfig.ts";
import { configSource, VALID_SECRETS, validStack } from "../support/stackValues.ts";
import { CLUSTER_SETTINGS, CONSOLE_SETTINGS } from "../support/consoleStack.ts";

const SECRETS = { ...VALID_SECRETS, consoleRequestsSecret: "s", consoleRequestsKey: "k" };
const CLUSTER_SECRETS = { consoleGithubToken: "t", consoleStoreKeyId: "i", consoleStoreKey: "x" };

type Changes = Readonly<Record<string, unknown>>;

function read(console: unknown, changes: Changes = {}, secrets: Readonly<Record<string, string>> = SECRETS) {
  return readStackConfig(
    configSource({ ...validStack(), ...(console === undefined ? {} : { console }), ...changes }, secrets),
  );
}

function problems(...args: Parameters<typeof read>): string {
  try {
    read(...args);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return "";
}

function withStaff(...people: readonly (readonly [login: string, changes: Changes])[]) {
  const person = { name: "Ana Cruz", email: "ana@tbwa.example", roles: ["engineer"] };
  return {
    ...CONSOLE_SETTINGS,
    staff: Object.fromEntries(people.map(([login, changes]) => [login, { ...person, ...changes }])),
  };
}

describe("the stack's key console", () => {
  it("is absent by default, and needs no secret then", () => {
    const { console, ...others } = read(undefined, {}, VALID_SECRETS);
    assert.equal(console, undefined);
    assert.equal("console" in others, false);
  });

  it("has a default for everything but the image and where requests are sent", async () => {
    const { image, requests } = CONSOLE_SETTINGS;
    const { secrets, ...settings } = read({ image, requests: { url: requests.url } }).console ?? assert.fail();
    assert.deepEqual(settings, {
      host: "console.odoo.example",
      url: "https://console.odoo.example",
      image,
      staff: {},
      brand: { name: "Odoo platform" },
      replicas: 2,
      generation: 1,
      requests: { url: requests.url, login: "odoo-saas-console", cidrs: [] },
    });
    assert.deepEqual(Object.keys(secrets), ["requestsSecret", "requestsKey"]);
    for (const secret of [secrets.requestsSecret, secrets.requestsKey]) assert.ok(await isSecret(secret));
  });

  it("has secrets of the bucket and of GitHub exactly where they are configured, and asks for each", async () => {
    const { secrets } = read(CLUSTER_SETTINGS, {}, { ...SECRETS, ...CLUSTER_SECRETS }).console ?? assert.fail();
    for (const secret of [secrets.githubToken, secrets.store?.keyId, secrets.store?.key])
      assert.ok(secret !== undefined && (await isSecret(secret)));
    for (const key of Object.keys(CLUSTER_SECRETS)) {
      const others = Object.entries({ ...SECRETS, ...CLUSTER_SECRETS }).filter(([name]) => name !== key);
      assert.match(
        problems(CLUSTER_SETTINGS, {}, Object.fromEntries(others)),
        new RegExp(`pulumi config set --secret odoo-saas:${key}$`, "m"),
      );
    }
  });

  it("needs the repository for GitHub, networks, and https for a bucket", () => {
    const { repository, projections, ...settings } = CLUSTER_SETTINGS;
    const all = { ...SECRETS, ...CLUSTER_SECRETS };
    assert.match(problems(settings, {}, all), /console\.repository: is missing, expected the repository's address/);
    for (const wrong of ["https://github.com/acme", "https://github.com/a/b/c"])
      assert.match(problems({ ...settings, repository: wrong }, {}, all), /console\.repository: is "https/, wrong);
    const withBucket = (changes: object) => ({ ...settings, repository, projections: { ...projections, ...changes } });
    assert.match(problems(withBucket({ endpoint: "http://s3.example" }), {}, all), /expected an https address/);
    for (const changes of [{ address: "s3://A" }, { address: "acme-console" }, { cidrs: [] }, { region: "" }])
      assert.match(problems(withBucket(changes), {}, all), /console\.projections\./, JSON.stringify(changes));
    assert.match(problems({ ...CLUSTER_SETTINGS, github: { cidrs: [] } }, {}, all), /console\.github\.cidrs/);
  });

  it("asks for both secrets with the command that sets them", () => {
    for (const key of ["consoleRequestsSecret", "consoleRequestsKey"]) {
      const others = Object.fromEntries(Object.entries(SECRETS).filter(([name]) => name !== key));
      assert.match(
        problems(CONSOLE_SETTINGS, {}, others),
        new RegExp(`pulumi config set --secret odoo-saas:${key}$`, "m"),
      );
    }
  });

  it("needs the image, https and the host's own address, except in the sandbox", () => {
    const relaxed = {
      ...CONSOLE_SETTINGS,
      image: undefined,
      url: "http://127.0.0.1:28483",
      requests: { url: "http://127.0.0.1:5678" },
    };
    const text = problems(relaxed);
    for (const path of ["console.image: is missing", "console.url: is ", "console.requests.url: is "])
      assert.ok(text.includes(`odoo-saas:${path}`), path);
    const { url, image } = read(relaxed, { environment: "sandbox" }).console ?? assert.fail();
    assert.deepEqual([url, image], ["http://127.0.0.1:28483", undefined]);
  });

  it("takes no host that could be a tenant's", () => {
    for (const host of ["acme.odoo.example", "a.console.odoo.example", "gateway.odoo.example", "odoo.example"])
      assert.match(problems({ ...CONSOLE_SETTINGS, host }), /console\.host: is .*could be a tenant's/, host);
    for (const host of ["console.odoo.example", "admin.odoo.example", "console.acme.example"])
      assert.equal(read({ ...CONSOLE_SETTINGS, host }).console?.url, `https://${host}`);
  });

  it("leaves its realm and its database to nobody else", () => {
    assert.match(
      problems(CONSOLE_SETTINGS, {
        keycloak: {
          url: "https://login.example",
          clientId: "odoo-saas",
          cidrs: ["10.0.2.0/24"],
          adminRealm: "platform",
        },
      }),
      /keycloak\.adminRealm: is "platform"/,
    );
    for (const key of ["user", "maintenanceDatabase"]) {
      const server = { host: "db.example", cidrs: ["10.0.1.0/24"], [key]: "odoo_saas_console" };
      assert.match(
        problems(CONSOLE_SETTINGS, { tenantsDatabase: server }),
        new RegExp(`tenantsDatabase\\.${key}: is `),
      );
    }
  });

  it("names people by their logins in lower case, once each, with a role at least", () => {
    assert.deepEqual(Object.keys(read(withStaff(["ana-cruz", { roles: [...STAFF_ROLES] }])).console?.staff ?? {}), [
      "ana-cruz",
    ]);
    assert.match(
      problems(withStaff(["Ana", {}])),
      /console\.staff\.Ana: is "Ana", expected a GitHub login in lower case/,
    );
    assert.match(problems(withStaff(["a_b", {}])), /console\.staff\.a_b: /);
    assert.match(problems(withStaff(["ana", { roles: [] }])), /roles: is empty/);
    assert.match(problems(withStaff(["ana", { roles: ["root"] }])), /roles\[0\]: is "root", expected one of engineer/);
    assert.match(
      problems(withStaff(["ana", {}], ["jo", { email: "ANA@tbwa.example" }])),
      /jo\.email: is the address of ana/,
    );
  });

  it("refuses unknown keys, and what is not a color or an address", () => {
    const wrong = { ...CONSOLE_SETTINGS, theme: "dark", brand: { primary: "red", logo: "http://x.example/a.png" } };
    const text = problems(wrong);
    for (const path of ["theme: is not a known key", "brand.primary: is ", "brand.logo: is "])
      assert.ok(text.includes(`console.${path}`), path);
    assert.match(problems({ ...CONSOLE_SETTINGS, replicas: 11 }), /console\.replicas: is 11/);
  });

  it("describes each key", () => {
    for (const [key, schema] of Object.entries(consoleSchema.shape)) assert.ok(schema.description, key);
  });
});
