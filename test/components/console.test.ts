import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Console } from "../../components/console.ts";
import { Platform } from "../../components/platform.ts";
import { makeProviders } from "../../components/providers.ts";
import type { ConsoleConfig, StackConfig } from "../../config/index.ts";
import { consoleSchema } from "../../config/schemas/console.ts";
import { type RecordedResource, runProgram, SECRET } from "../../lib/mockEngine.ts";
import { CLUSTER_SETTINGS, CONSOLE_SETTINGS } from "../support/consoleStack.ts";
import { only } from "../support/only.ts";
import { exampleStack, exampleTenant } from "../support/specs.ts";

const { image } = exampleTenant().release;
const SECRETS = {
  requestsSecret: pulumi.secret("requests-secret"),
  requestsKey: pulumi.secret("requests-key"),
};

function settings(changes: Partial<ConsoleConfig> = {}): ConsoleConfig {
  const parsed = consoleSchema.parse(CONSOLE_SETTINGS);
  const host = "console.odoo.example";
  return { ...parsed, host, url: `https://${host}`, secrets: SECRETS, ...changes };
}

async function run(changes: Partial<ConsoleConfig> = {}, stackChanges: Partial<StackConfig> = {}) {
  const console = settings(changes);
  return await runProgram(() => {
    const stack = exampleStack({ ...stackChanges, console });
    const providers = makeProviders(stack);
    const scripts = { maintenance: "", watchdog: "" };
    const platform = new Platform("platform", { stack, tenants: [], image, scripts });
    return new Console("console", { settings: console, stack, image, platform, providers }).outputs;
  });
}

/** The console's own. */
async function resources(...args: Parameters<typeof run>): Promise<readonly RecordedResource[]> {
  const { resources } = await run(...args);
  return resources.filter(({ name }) => name.startsWith("console"));
}

async function inputsOf(type: string, name?: string) {
  return only(await resources(), type, name).inputs;
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: unknown;
  readonly volumes?: unknown;
  readonly containers: readonly {
    readonly image: string;
    readonly command: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
    readonly securityContext: unknown;
    readonly readinessProbe?: unknown;
    readonly livenessProbe?: unknown;
  }[];
}

async function podOf(program: "server" | "collector", ...args: Parameters<typeof run>) {
  const deployment = only(await resources(...args), "kubernetes:apps/v1:Deployment", `console-release-${program}`);
  const spec = deployment.inputs["spec"] as unknown as { replicas: number; template: { spec: PodSpec } };
  const [container, ...others] = spec.template.spec.containers;
  assert.ok(container);
  assert.deepEqual(others, []);
  return { deployment, spec, pod: spec.template.spec, container };
}

describe("Console", () => {
  it("has a database of its own, closed until PUBLIC may not connect, protected and retained", async () => {
    const all = await resources();
    const database = only(all, "postgresql:index/database:Database");
    assert.equal(database.inputs["name"], "odoo_saas_console");
    assert.equal(database.inputs["owner"], "odoo_saas_console");
    assert.equal(database.inputs["template"], "template0");
    assert.equal(database.inputs["allowConnections"], false);
    const role = only(all, "postgresql:index/role:Role", "console-database-role");
    assert.equal(role.inputs["name"], "odoo_saas_console");
    assert.equal(role.inputs["createRole"], false);
    assert.equal(role.inputs["connectionLimit"], 40);
    for (const { protect, retainOnDelete } of [database, role])
      assert.deepEqual([protect, retainOnDelete], [true, true]);
    const { connection } = only(all, "odoosql:index:PrivateDatabase").inputs;
    assert.deepEqual(connection, {
      host: "db.example",
      port: 5432,
      database: "odoo_saas_console",
      user: "odoo_saas_console",
      password: SECRET,
      sslmode: "verify-full",
    });
  });

  it("has a role on the analytics server that owns nothing and is a member of nothing", async () => {
    const all = await resources();
    const role = only(all, "postgresql:index/role:Role", "console-analytics-role");
    const { name, login, roles, createRole, bypassRowLevelSecurity, connectionLimit } = role.inputs;
    assert.deepEqual(
      { name, login, roles, createRole, bypassRowLevelSecurity, connectionLimit },
      {
        name: "odoo_saas_console_watcher",
        login: true,
        roles: undefined,
        createRole: false,
        bypassRowLevelSecurity: false,
        connectionLimit: 2,
      },
    );
    assert.deepEqual([role.protect, role.retainOnDelete], [true, true]);
  });

  it("has a staff realm by the template of tenants' realms", async () => {
    const realm = only(await resources(), "keycloak:index/realm:Realm");
    assert.equal(realm.inputs["realm"], "platform");
    assert.equal(realm.inputs["sslRequired"], "all");
    assert.match(JSON.stringify(realm.inputs["securityDefenses"]), /"maxLoginFailures":5/);
    assert.deepEqual(realm.inputs["attributes"], { "odoo-saas.environment": "prod" });
    assert.deepEqual([realm.protect, realm.retainOnDelete], [true, true]);
  });

  it("has a confidential client: code flow with PKCE, exact addresses, and log-outs that Keycloak tells of", async () => {
    const client = await inputsOf("keycloak:openid/client:Client");
    const { clientId, accessType, pkceCodeChallengeMethod, fullScopeAllowed } = client;
    assert.deepEqual(
      { clientId, accessType, pkceCodeChallengeMethod, fullScopeAllowed },
      { clientId: "console", accessType: "CONFIDENTIAL", pkceCodeChallengeMethod: "S256", fullScopeAllowed: false },
    );
    for (const flow of ["implicitFlowEnabled", "directAccessGrantsEnabled", "serviceAccountsEnabled"])
      assert.equal(client[flow], false, flow);
    assert.deepEqual(client["validRedirectUris"], ["https://console.odoo.example/auth/callback"]);
    assert.deepEqual(client["validPostLogoutRedirectUris"], ["https://console.odoo.example/"]);
    assert.equal(client["backchannelLogoutUrl"], "https://console.odoo.example/auth/backchannel-logout");
    assert.equal(client["backchannelLogoutSessionRequired"], true);
    const scopes = await inputsOf("keycloak:openid/clientOptionalScopes:ClientOptionalScopes");
    assert.deepEqual(scopes["optionalScopes"], []);
  });

  it("puts realm roles, and no others, into the claim `roles` of the ID token", async () => {
    const all = await resources();
    const roles = all.filter(({ type }) => type === "keycloak:index/role:Role").map(({ inputs }) => inputs);
    assert.deepEqual(roles.map(({ name }) => name).sort(), ["auditor", "engineer", "finance", "operator"]);
    for (const role of roles) assert.equal("clientId" in role, false);
    const scope = all.filter(({ type }) => type === "keycloak:index/genericRoleMapper:GenericRoleMapper");
    assert.deepEqual(
      scope.map(({ inputs }) => inputs["roleId"]).sort(),
      ["auditor", "engineer", "finance", "operator"].map((role) => `console-realm-role-${role}-id`),
    );
    const mapper = only(all, "keycloak:openid/userRealmRoleProtocolMapper:UserRealmRoleProtocolMapper").inputs;
    assert.deepEqual([mapper["claimName"], mapper["addToIdToken"], mapper["multivalued"]], ["roles", true, true]);
  });

  it("makes each person with a temporary password, in exactly the groups of their roles", async () => {
    const all = await resources();
    const [ana, jo] = ["ana-cruz", "jo-santos"].map((login) =>
      only(all, "keycloak:index/user:User", `console-realm-staff-${login}`),
    );
    assert.ok(ana && jo);
    const { username, email, firstName, lastName, initialPassword } = ana.inputs;
    assert.deepEqual(
      [username, email, firstName, lastName],
      ["ana-cruz", "ana.cruz@tbwa.example", "Ana Maria", "Cruz"],
    );
    assert.deepEqual(initialPassword, { value: SECRET, temporary: true });
    assert.deepEqual([jo.inputs["firstName"], "lastName" in jo.inputs], ["Jo", false]);
    // Who leaves the file loses the account; what people change of themselves stays.
    assert.equal(ana.protect, false);
    assert.ok(ana.ignoreChanges.includes("initialPassword") && !ana.ignoreChanges.includes("email"));
    const groups = only(all, "keycloak:index/userGroups:UserGroups", "console-realm-staff-ana-cruz-groups").inputs;
    assert.deepEqual(groups["groupIds"], ["console-realm-group-engineer-id", "console-realm-group-operator-id"]);
    assert.equal(groups["exhaustive"], true);
  });

  it("keeps passwords in the sandbox as they are, where one address is on this machine", async () => {
    const url = "http://127.0.0.1:28483";
    const all = await resources({ url }, { environment: "sandbox", protect: false });
    const user = only(all, "keycloak:index/user:User", "console-realm-staff-ana-cruz");
    assert.deepEqual(user.inputs["initialPassword"], { value: SECRET, temporary: false });
    const client = only(all, "keycloak:openid/client:Client").inputs;
    assert.deepEqual(client["validRedirectUris"], [`${url}/auth/callback`]);
    assert.equal(only(all, "keycloak:index/realm:Realm").inputs["sslRequired"], "external");
  });

  it("runs server and collector from one image by its digest, restricted and without a token", async () => {
    const { repository, digest } = CONSOLE_SETTINGS.image;
    // A collector without a rhythm ends after one read, and the cluster starts it again ever later.
    const programs = [
      ["server", 2, []],
      ["collector", 1, ["--every", "60"]],
    ] as const;
    for (const [program, replicas, args] of programs) {
      const { spec, pod, container } = await podOf(program);
      assert.equal(spec.replicas, replicas);
      assert.equal(container.image, `${repository}@${digest}`);
      assert.deepEqual(container.command, ["node", `console/${program}/main.ts`, ...args]);
      assert.equal(pod.automountServiceAccountToken, false);
      assert.equal("volumes" in pod, false);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
    }
    const { container } = await podOf("server");
    for (const probe of [container.readinessProbe, container.livenessProbe])
      assert.match(JSON.stringify(probe), /"path":"\/healthz"/);
  });

  it("gives the server its settings by name, and secrets from the Secret alone", async () => {
    const { container } = await podOf("server");
    const values = Object.fromEntries(container.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
    const secret = (key: string) => ({ secretKeyRef: { name: "console", key } });
    assert.deepEqual(values, {
      CONSOLE_URL: "https://console.odoo.example",
      CONSOLE_PORT: "8080",
      CONSOLE_TRUSTED_PROXIES: "1",
      CONSOLE_STAFF_ISSUER: "https://login.example/realms/platform",
      CONSOLE_STAFF_CLIENT_ID: "console",
      CONSOLE_REQUESTS_URL: "https://n8n.tbwa.example",
      CONSOLE_REQUESTS_LOGIN: "odoo-saas-console",
      CONSOLE_BRAND: '{"name":"TBWA Odoo","primary":"#ffcc00"}',
      CONSOLE_ENVIRONMENT: "prod",
      CONSOLE_ROOT: "/app",
      CONSOLE_DATABASE_URL: secret("CONSOLE_DATABASE_URL"),
      CONSOLE_STAFF_CLIENT_SECRET: secret("CONSOLE_STAFF_CLIENT_SECRET"),
      CONSOLE_REQUESTS_SECRET: secret("CONSOLE_REQUESTS_SECRET"),
      CONSOLE_REQUESTS_KEY: secret("CONSOLE_REQUESTS_KEY"),
      CONSOLE_TENANTS_KEY: secret("CONSOLE_TENANTS_KEY"),
    });
    const { container: collector } = await podOf("collector");
    assert.deepEqual(
      collector.env.map(({ name }) => name),
      ["CONSOLE_ROOT", "CONSOLE_INVENTORIES", "ODOO_SAAS_EVENTS", "CONSOLE_DATABASE_URL", "CONSOLE_ANALYTICS_URL"],
    );
  });

  it("gives the collector alone what reads the bucket and the repository, and a way to them", async () => {
    const { github, projections, repository } = consoleSchema.parse(CLUSTER_SETTINGS);
    assert.ok(github && projections && repository !== undefined);
    const more = {
      ...{ github, projections, repository },
      secrets: {
        ...SECRETS,
        store: { keyId: pulumi.secret("store-id"), key: pulumi.secret("store-key") },
        githubToken: pulumi.secret("github-token"),
      },
    };
    const { container } = await podOf("collector", more);
    const secret = (key: string) => ({ secretKeyRef: { name: "console", key } });
    assert.deepEqual(
      Object.fromEntries(container.env.slice(1).map(({ name, value, valueFrom }) => [name, value ?? valueFrom])),
      {
        CONSOLE_INVENTORIES: "s3://tbwa-console/fleet/inventories",
        ODOO_SAAS_EVENTS: "s3://tbwa-console/fleet/events",
        CONSOLE_DATABASE_URL: secret("CONSOLE_DATABASE_URL"),
        CONSOLE_ANALYTICS_URL: secret("CONSOLE_ANALYTICS_URL"),
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL_S3: "https://s3.eu-central-1.amazonaws.com",
        AWS_ACCESS_KEY_ID: secret("AWS_ACCESS_KEY_ID"),
        AWS_SECRET_ACCESS_KEY: secret("AWS_SECRET_ACCESS_KEY"),
        GITHUB_API_URL: "https://api.github.com",
        GITHUB_REPOSITORY: "tbwa-example/odoo-saas",
        GITHUB_TOKEN: secret("GITHUB_TOKEN"),
      },
    );
    const server = JSON.stringify((await podOf("server", more)).pod);
    assert.doesNotMatch(server, /GITHUB_TOKEN|AWS_/);
    const all = await resources(more);
    const data = only(all, "kubernetes:core/v1:Secret").revealed["stringData"] as Record<string, string>;
    assert.deepEqual(
      [data["GITHUB_TOKEN"], data["AWS_ACCESS_KEY_ID"], data["AWS_SECRET_ACCESS_KEY"]],
      ["github-token", "store-id", "store-key"],
    );
    const ways = (name: string) => {
      const policy = only(all, "kubernetes:networking.k8s.io/v1:NetworkPolicy", `console-network-${name}`);
      const { egress } = policy.inputs["spec"] as unknown as {
        egress: { to: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[];
      };
      return egress.map(({ to, ports }) => `${to[0]?.ipBlock?.cidr ?? "dns"}:${ports[0]?.port ?? ""}`);
    };
    const own = ["10.50.23.0/28:443", "10.50.22.0/28:443"];
    assert.deepEqual(ways("collector"), ["dns:53", "10.1.0.0/24:6432", "10.5.0.0/24:5432", ...own]);
    assert.deepEqual(
      ways("server").filter((way) => own.includes(way)),
      [],
    );
  });

  it("has what is secret in one Secret, and nowhere in plain text", async () => {
    const all = await resources();
    const { inputs, revealed } = only(all, "kubernetes:core/v1:Secret");
    assert.equal(inputs["stringData"], SECRET);
    const data = revealed["stringData"] as Record<string, string>;
    assert.match(
      data["CONSOLE_DATABASE_URL"] ?? "",
      /^postgresql:\/\/odoo_saas_console:[^@]+@db\.cluster\.example:6432\/odoo_saas_console\?sslmode=verify-full$/,
    );
    assert.match(
      data["CONSOLE_ANALYTICS_URL"] ?? "",
      /^postgresql:\/\/odoo_saas_console_watcher:[^@]+@analytics\.example:5432\/postgres\?sslmode=verify-full$/,
    );
    assert.equal(data["CONSOLE_REQUESTS_SECRET"], "requests-secret");
    assert.equal(data["CONSOLE_REQUESTS_KEY"], "requests-key");
    for (const { type, name, inputs: shown } of all) {
      assert.doesNotMatch(JSON.stringify(shown), /requests-(secret|key)"/, `${type} ${name}`);
    }
  });

  it("restarts its pods, and replaces password and client secret, with a new generation", async () => {
    const marks = async (generation: number) => {
      const all = await resources({ generation });
      const keepers = ["console-database-password", "console-realm-client-secret", "console-tenants-key"].map(
        (name) => only(all, "random:index/randomPassword:RandomPassword", name).inputs["keepers"],
      );
      const { spec } = await podOf("server", { generation });
      return JSON.stringify([keepers, (spec.template as unknown as { metadata: object }).metadata]);
    };
    assert.notEqual(await marks(1), await marks(2));
  });

  it("denies all traffic but names, its database, and for the server Keycloak, requests and the Gateway, for the collector the analytics", async () => {
    const policies = (await resources()).filter(({ type }) => type.endsWith(":NetworkPolicy"));
    const spec = (name: string) => {
      const found = policies.find((policy) => policy.name === `console-network-${name}`);
      return (found?.inputs["spec"] ?? assert.fail(name)) as {
        podSelector: object;
        ingress?: { from: { namespaceSelector?: object }[]; ports: { port: number }[] }[];
        egress?: { to: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[];
      };
    };
    assert.deepEqual(spec("default-deny"), { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const reached = (name: string) =>
      spec(name).egress?.map(({ to, ports }) => `${to[0]?.ipBlock?.cidr ?? "dns"}:${ports[0]?.port ?? ""}`);
    assert.deepEqual(reached("server"), ["dns:53", "10.1.0.0/24:6432", "10.2.0.0/24:443", "10.50.21.0/28:443"]);
    assert.deepEqual(reached("collector"), ["dns:53", "10.1.0.0/24:6432", "10.5.0.0/24:5432"]);
    assert.equal(spec("collector").ingress, undefined);
    assert.deepEqual(spec("server").ingress, [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "odoo-platform" } } }],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ]);
  });

  it("has its own listener under the wildcard's certificate, a route to it, and a record", async () => {
    const { resources: all } = await run();
    const gateway = only(all, "kubernetes:gateway.networking.k8s.io/v1:Gateway").inputs;
    const { listeners } = gateway["spec"] as unknown as { listeners: readonly { readonly name: string }[] };
    assert.deepEqual(
      listeners.find(({ name }) => name === "console"),
      {
        name: "console",
        port: 443,
        protocol: "HTTPS",
        hostname: "console.odoo.example",
        tls: { mode: "Terminate", certificateRefs: [{ name: "odoo-wildcard-tls" }] },
        allowedRoutes: {
          namespaces: {
            from: "Selector",
            selector: { matchLabels: { "kubernetes.io/metadata.name": "odoo-console" } },
          },
          kinds: [{ kind: "HTTPRoute" }],
        },
      },
    );
    const route = only(all, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "console-route-route").inputs;
    assert.match(JSON.stringify(route), /"sectionName":"console"/);
    assert.match(JSON.stringify(route), /"backendRefs":\[\{"name":"console","port":8080\}\]/);
    const records = JSON.stringify(only(all, "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint").inputs["spec"]);
    assert.match(records, /"dnsName":"console\.odoo\.example"[^]*"gateway\.odoo\.example"/);
    assert.deepEqual(
      all.filter(({ type, name }) => type.endsWith(":Certificate") && name.startsWith("console")),
      [],
    );
  });

  it("has a certificate of its own for a host elsewhere", async () => {
    const { resources: all } = await run({ host: "console.acme.example" });
    const certificate = only(all, "kubernetes:cert-manager.io/v1:Certificate", "console-route-certificate").inputs;
    assert.match(JSON.stringify(certificate["spec"]), /"secretName":"console\.acme\.example-tls"/);
    assert.match(
      JSON.stringify(only(all, "kubernetes:gateway.networking.k8s.io/v1:Gateway").inputs),
      /"certificateRefs":\[\{"name":"console\.acme\.example-tls"\}\]/,
    );
  });

  it("exports how to reach it, what is secret as secrets", async () => {
    const { value } = await run();
    assert.equal(value.url, "https://console.odoo.example");
    assert.deepEqual(Object.keys(value.database).sort(), ["host", "name", "password", "port", "role", "sslmode"]);
    assert.deepEqual(Object.keys(value.staff).sort(), ["ana-cruz", "jo-santos"]);
    for (const output of [value.clientSecret, value.tenantsKey, value.database.password, ...Object.values(value.staff)])
      assert.ok(await pulumi.isSecret(output));
  });

  it("runs in the stand-in's image where the sandbox names none", async () => {
    const { image: ours, ...without } = settings();
    assert.ok(ours);
    const { resources: all } = await runProgram(() => {
      const stack = exampleStack({ environment: "sandbox", console: without });
      const platform = new Platform("platform", {
        stack,
        tenants: [],
        image,
        scripts: { maintenance: "", watchdog: "" },
      });
      return new Console("console", { settings: without, stack, image, platform, providers: makeProviders(stack) });
    });
    const text = JSON.stringify(only(all, "kubernetes:apps/v1:Deployment", "console-release-server").inputs);
    assert.ok(text.includes(`${image.repository}@${image.digest}`));
  });
});
