import assert from "node:assert/strict";
import { flatState } from "../../bench/flat.ts";
import { itemsOf, programInput } from "../../bench/state.ts";
import { collectionPath } from "../../bench/script/kubernetes.ts";
import { seconds } from "../../bench/script/values.ts";
import { snakeCase, tofuConfiguration, tofuSettings, tofuType } from "../../bench/tofu.ts";
import { exportedSecret, exportedState, URNS } from "./state.ts";

const PASSWORD = "random:index/randomPassword:RandomPassword::acme-database-password";
const ROLE = "postgresql:index/role:Role::acme-database-role";
const PROVIDER = "pulumi:providers:postgresql::tenants-database";

describe("a finished stack, freed from its program", () => {
  it("has the custom resources in their order, without components and default providers", () => {
    assert.deepEqual(
      itemsOf(exportedState()).map(({ key }) => key),
      [PROVIDER, PASSWORD, ROLE, "odoosql:index:DatabaseSetup::acme-setup"],
    );
  });

  it("names a provider only where the program made it, and every provider's version", () => {
    const [server, password, role] = itemsOf(exportedState());
    assert.ok(server);
    assert.equal(server.version, "3.18.1");
    assert.ok(!("version" in server.inputs));
    assert.deepEqual([password?.provider, password?.version], [undefined, "4.21.2"]);
    assert.deepEqual([role?.provider, role?.version], [PROVIDER, "3.18.1"]);
  });

  it("leaves out what the provider's check added", () => {
    assert.deepEqual(itemsOf(exportedState())[1]?.inputs, {
      length: 40,
      keepers: { generation: "1", camelCase: "kept" },
    });
  });

  it("refers to ids, and on demand to other attributes; secrets stay marked", () => {
    const inputsOf = (attributes?: string[]) => itemsOf(exportedState(), attributes).map(({ inputs }) => inputs);
    assert.deepEqual(inputsOf()[2]?.["password"], { $secret: "pass" });
    assert.deepEqual(inputsOf(["result"])[2]?.["password"], { $secret: { $ref: PASSWORD, $attribute: "result" } });
    assert.deepEqual(inputsOf()[3]?.["connection"], {
      user: { $ref: ROLE, $attribute: "id" },
      password: { $secret: "pass" },
    });
    assert.equal(inputsOf()[3]?.["tenant"], "acme", "what did not come from a resource stays plain");
  });

  it("waits for all of a component where the program waited for the component", () => {
    assert.deepEqual(itemsOf(exportedState())[3]?.dependsOn, [PASSWORD, ROLE]);
  });

  it("waits for what the chart waited for, where the chart's objects name nothing themselves", () => {
    const state = exportedState();
    const [sample] = state.deployment.resources;
    assert.ok(sample);
    const chart = `${URNS.stack}$kubernetes:helm.sh/v4:Chart::acme-chart`;
    state.deployment.resources.push(
      { ...sample, urn: chart, type: "kubernetes:helm.sh/v4:Chart", dependencies: [URNS.role] },
      {
        ...sample,
        urn: `${chart}$kubernetes:batch/v1:Job::acme-init`,
        type: "kubernetes:batch/v1:Job",
        custom: true,
        parent: chart,
      },
    );
    assert.deepEqual(itemsOf(state).at(-1)?.dependsOn, [ROLE]);
    assert.equal(flatState(state, "bench").deployment.resources.at(-1)?.dependencies.length, 1);
  });

  it("cannot be read when the secrets are encrypted", () => {
    const encrypted = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:" };
    assert.throws(() => programInput(encrypted), /--show-secrets/);
    assert.deepEqual(programInput(exportedSecret({ a: [1, null] })), { $secret: { a: [1, null] } });
  });
});

describe("the flat program's state", () => {
  const flat = flatState(exportedState(), "bench").deployment.resources;

  it("has the same custom resources, below the stack", () => {
    assert.deepEqual(
      flat.map(({ urn, id }) => [urn, id]),
      [
        ["urn:pulumi:bench::bench-flat::pulumi:pulumi:Stack::bench-flat-bench", ""],
        [`urn:pulumi:bench::bench-flat::${PROVIDER}`, "id-of-provider"],
        ["urn:pulumi:bench::bench-flat::pulumi:providers:random::default_4_21_2", "id-of-random"],
        [`urn:pulumi:bench::bench-flat::${PASSWORD}`, "none"],
        [`urn:pulumi:bench::bench-flat::${ROLE}`, "acme"],
        ["urn:pulumi:bench::bench-flat::odoosql:index:DatabaseSetup::acme-setup", "acme"],
      ],
    );
    assert.deepEqual(new Set(flat.slice(3).map(({ parent }) => parent)), new Set([flat[0]?.urn]));
  });

  it("names providers and dependencies anew, and nothing of the old project", () => {
    assert.equal(flat[4]?.provider, `urn:pulumi:bench::bench-flat::${PROVIDER}::id-of-provider`);
    assert.deepEqual(flat[5]?.dependencies, [flat[3]?.urn, flat[4].urn]);
    assert.ok(!JSON.stringify(flat).includes("odoo-saas"), "nothing of the old project");
    assert.ok(URNS.role.includes("odoo-saas"), "which is in the names that it had");
  });
});

describe("OpenTofu's configuration", () => {
  it("names types and attributes as the upstream providers do", () => {
    assert.equal(snakeCase("quickLoginCheckMilliSeconds"), "quick_login_check_milli_seconds");
    const types = {
      "random:index/randomPassword:RandomPassword": "random_password",
      "postgresql:index/role:Role": "postgresql_role",
      "keycloak:index/realmEvents:RealmEvents": "keycloak_realm_events",
      "keycloak:openid/client:Client": "keycloak_openid_client",
      "keycloak:openid/userClientRoleProtocolMapper:UserClientRoleProtocolMapper":
        "keycloak_openid_user_client_role_protocol_mapper",
      "keycloak:oidc/identityProvider:IdentityProvider": "keycloak_oidc_identity_provider",
    };
    for (const [type, expected] of Object.entries(types)) assert.equal(tofuType(type), expected);
    assert.equal(tofuType("kubernetes:apps/v1:Deployment"), undefined);
    assert.equal(tofuType("odoosql:index:DatabaseSetup"), undefined);
  });

  it("has the resources with references, the servers as aliases, and users' keys untouched", () => {
    assert.deepEqual(tofuConfiguration(itemsOf(exportedState(), ["result"])), {
      terraform: {
        required_providers: {
          random: { source: "hashicorp/random" },
          postgresql: { source: "cyrilgdn/postgresql" },
          keycloak: { source: "keycloak/keycloak" },
        },
      },
      provider: { postgresql: [{ alias: "tenants-database", host: "127.0.0.1", port: "5432", password: "server" }] },
      resource: {
        random_password: {
          "acme-database-password": { length: 40, keepers: { generation: "1", camelCase: "kept" }, depends_on: [] },
        },
        postgresql_role: {
          "acme-database-role": {
            provider: "postgresql.tenants-database",
            name: "acme",
            connection_limit: 20,
            password: "${random_password.acme-database-password.result}",
            depends_on: ["random_password.acme-database-password"],
          },
        },
      },
    });
  });

  it("ignores changes of a resource where the program does", () => {
    const state = exportedState();
    const role = state.deployment.resources.find(({ urn }) => urn === URNS.role);
    assert.ok(role);
    role.ignoreChanges = ["name"];
    const text = JSON.stringify(tofuConfiguration(itemsOf(state)));
    assert.match(text, /"acme-database-role":\{[^}]*"lifecycle":\{"ignore_changes":"all"\}/);
    assert.equal(text.split("lifecycle").length, 2, "no other");
  });

  it("takes a value's own dollars and per cents as they are", () => {
    const items = itemsOf(exportedState()).map((item) => ({ ...item, inputs: { name: "a${b}%{c}" } }));
    assert.match(JSON.stringify(tofuConfiguration(items)), /"name":"a\$\$\{b\}%%\{c\}"/);
  });

  it("takes the providers from a folder", () => {
    assert.match(tofuSettings("/cache"), /dev_overrides \{\n {4}"hashicorp\/random" = "\/cache"\n/);
  });
});

describe("the bare script's values", () => {
  it("finds the paths of Kubernetes objects", () => {
    assert.equal(collectionPath("v1", "Secret", "odoo-acme"), "/api/v1/namespaces/odoo-acme/secrets");
    assert.equal(
      collectionPath("networking.k8s.io/v1", "NetworkPolicy", "a"),
      "/apis/networking.k8s.io/v1/namespaces/a/networkpolicies",
    );
    assert.equal(
      collectionPath("scheduling.k8s.io/v1", "PriorityClass", undefined),
      "/apis/scheduling.k8s.io/v1/priorityclasses",
    );
    assert.equal(
      collectionPath("gateway.networking.k8s.io/v1", "Gateway", "p"),
      "/apis/gateway.networking.k8s.io/v1/namespaces/p/gateways",
    );
  });

  it("reads Go's durations", () => {
    assert.deepEqual(["10h0m0s", "5m0s", "90s"].map(seconds), [36000, 300, 90]);
  });
});
