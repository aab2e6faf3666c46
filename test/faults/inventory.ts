import assert from "node:assert/strict";
import pg from "pg";
import { z } from "zod";
import type { Instance } from "../../sandbox/instance.ts";
import { databaseServer } from "../../sandbox/services/databases.ts";
import type { DatabaseName } from "../../sandbox/services/databases.ts";
import { KEYCLOAK_DATABASE } from "../../sandbox/services/keycloak.ts";
import { callKubernetes } from "../../sandbox/services/kubernetes.ts";
import { superuserConnection } from "../../sandbox/services/postgres.ts";
import { claims, readState } from "./state.ts";

/** Runs a statement as a server's superuser. */
export async function asSuperuser<Row extends pg.QueryResultRow>(
  instance: Instance,
  server: DatabaseName,
  database: string,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client(superuserConnection(databaseServer(instance, server), database));
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const TENANTS_SERVER = `
  SELECT format('tenants role %s', rolname) AS line FROM pg_roles WHERE rolname !~ '^pg_'
  UNION ALL SELECT format('tenants database %s of %s', datname, pg_get_userbyid(datdba)) FROM pg_database
  UNION ALL SELECT format('tenants member %s of %s', pg_get_userbyid(member), pg_get_userbyid(roleid))
              FROM pg_auth_members WHERE pg_get_userbyid(member) !~ '^pg_'`;

const ANALYTICS_SERVER = `
  SELECT format('analytics role %s', rolname) AS line FROM pg_roles WHERE rolname !~ '^pg_'
  UNION ALL SELECT format('analytics schema %s', nspname) FROM pg_namespace WHERE nspname !~ '^pg_'
  UNION ALL SELECT format('analytics server %s', srvname) FROM pg_foreign_server
  UNION ALL SELECT format('analytics member %s of %s', pg_get_userbyid(member), pg_get_userbyid(roleid))
              FROM pg_auth_members WHERE pg_get_userbyid(member) !~ '^pg_'`;

/** Keycloak's own database says what there is; its API would leave out what a realm's administrator may not see. */
const KEYCLOAK = `
  SELECT format('realm %s', name) AS line FROM realm
  UNION ALL SELECT format('realm %s client %s', r.name, x.client_id) FROM client x JOIN realm r ON r.id = x.realm_id
  UNION ALL SELECT format('realm %s group %s', r.name, x.name) FROM keycloak_group x JOIN realm r ON r.id = x.realm_id
  UNION ALL SELECT format('realm %s role %s', r.name, x.name) FROM keycloak_role x JOIN realm r ON r.id = x.realm_id
             WHERE x.name LIKE 'odoo-%'
  UNION ALL SELECT format('realm %s gives %s %s', r.name, g.name, k.name) FROM group_role_mapping m
              JOIN keycloak_group g ON g.id = m.group_id JOIN keycloak_role k ON k.id = m.role_id
              JOIN realm r ON r.id = g.realm_id
  UNION ALL SELECT format('realm %s claim %s', r.name, p.name) FROM protocol_mapper p
              JOIN client x ON x.id = p.client_id JOIN realm r ON r.id = x.realm_id WHERE x.client_id = 'odoo'`;

/** What tenants have in their namespaces, by the path that lists it. */
const KINDS = [
  ...["resourcequotas", "limitranges", "serviceaccounts", "secrets", "configmaps", "services"].map(
    (kind) => `/api/v1/${kind}`,
  ),
  ...["/api/v1/persistentvolumeclaims", "/apis/apps/v1/deployments", "/apis/batch/v1/jobs", "/apis/batch/v1/cronjobs"],
  ...["/apis/networking.k8s.io/v1/networkpolicies", "/apis/gateway.networking.k8s.io/v1/httproutes"],
  ...["/apis/externaldns.k8s.io/v1alpha1/dnsendpoints", "/apis/cert-manager.io/v1/certificates"],
  ...["/apis/gateway.networking.k8s.io/v1/gateways", "/apis/policy/v1/poddisruptionbudgets"],
];

const list = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string().optional(),
        ownerReferences: z.array(z.unknown()).optional(),
      }),
    }),
  ),
});

/** What each namespace gets by itself. */
const OF_CLUSTER = /^(serviceaccounts .*\/default|configmaps .*\/kube-root-ca\.crt)$/;

async function kubernetesLines(instance: Instance): Promise<string[]> {
  const read = async (path: string) => {
    const { status, text } = await callKubernetes(instance, "GET", path);
    assert.equal(status, 200, `${path}: ${text}`);
    // What controllers and the agent make has an owner.
    return list.parse(JSON.parse(text)).items.filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0);
  };
  const namespaces = (await read("/api/v1/namespaces")).map(({ metadata }) => `namespace ${metadata.name}`);
  const objects = await Promise.all(
    KINDS.map(async (path) => {
      const kind = path.slice(path.lastIndexOf("/") + 1);
      return (await read(path))
        .filter(({ metadata }) => metadata.namespace?.startsWith("odoo-") === true)
        .map(({ metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
    }),
  );
  return [...namespaces, ...objects.flat().filter((line) => !OF_CLUSTER.test(line))];
}

/** Everything that is on the servers, a line each, without Pulumi. */
export async function inventory(instance: Instance): Promise<string[]> {
  const lines = async (server: DatabaseName, database: string, sql: string) =>
    (await asSuperuser<{ line: string }>(instance, server, database, sql)).map(({ line }) => line);
  const all = await Promise.all([
    lines("tenantsDatabase", "postgres", TENANTS_SERVER),
    lines("analyticsDatabase", "postgres", ANALYTICS_SERVER),
    lines("analyticsDatabase", KEYCLOAK_DATABASE, KEYCLOAK),
    kubernetesLines(instance),
  ]);
  return all.flat().sort();
}

/** What an undisturbed update makes of a tenant, and everything else that is to stay as it is. */
export class Undisturbed {
  readonly #instance: Instance;
  readonly #ofTenant: readonly string[];
  readonly #others: readonly string[];

  private constructor(instance: Instance, ofTenant: readonly string[], others: readonly string[]) {
    this.#instance = instance;
    this.#ofTenant = ofTenant;
    this.#others = others;
  }

  /**
   * Takes down what there is now.
   *
   * @param reference a tenant that was made undisturbed, of the same text as the one that faults will hit
   * @param without a tenant that will be gone
   */
  static async take(instance: Instance, reference: string, without?: string): Promise<Undisturbed> {
    const lines = [...(await inventory(instance)), ...stateLines(instance)];
    const others = without === undefined ? lines : lines.filter((line) => !isOf(without, line));
    return new Undisturbed(instance, ofTenant(reference, lines), others);
  }

  /**
   * Compares what there is now with it: of the tenant what the reference has, each thing once, and nothing else but what
   * there was; the state says the same, and holds nothing for begun.
   *
   * @param tenant that was disturbed; undefined when it is gone
   * @returns how many things were compared.
   */
  async check(tenant?: string): Promise<number> {
    assert.equal(readState(this.#instance).unfinished, 0, "the state holds nothing for begun or to be deleted");
    const real = await inventory(this.#instance);
    const missing = claims(readState(this.#instance)).filter((line) => !real.includes(line));
    assert.deepEqual(missing, [], "the state knows of nothing that is not there");
    const lines = [...real, ...stateLines(this.#instance)];
    const others = tenant === undefined ? lines : lines.filter((line) => !isOf(tenant, line));
    assert.deepEqual(others, this.#others, "what is no part of the tenant is as before");
    if (tenant !== undefined)
      assert.deepEqual(ofTenant(tenant, lines), this.#ofTenant, "the tenant has what an undisturbed one has");
    return lines.length;
  }
}

function stateLines(instance: Instance): string[] {
  return readState(instance)
    .resources.map(({ urn }) => `state ${urn}`)
    .sort();
}

const underscored = (tenant: string): string => tenant.replaceAll("-", "_");

const isOf = (tenant: string, line: string): boolean => line.includes(tenant) || line.includes(underscored(tenant));

/** A tenant's lines, with neither its id nor the hashes that differ with it. */
function ofTenant(tenant: string, lines: readonly string[]): string[] {
  return lines
    .filter((line) => isOf(tenant, line))
    .map((line) =>
      line
        .replaceAll(tenant, "TENANT")
        .replaceAll(underscored(tenant), "TENANT")
        .replace(/-[0-9a-f]{8,}$/, "-HASH"),
    )
    .sort();
}
