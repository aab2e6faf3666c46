import type { Json, StateExport } from "../../bench/state.ts";

/** A secret as `pulumi stack export --show-secrets` writes it. */
export function exportedSecret(value: Json): Json {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) };
}

const PROJECT = "urn:pulumi:sandbox::odoo-saas::";
const TENANT = `${PROJECT}odoo:saas:OdooTenant$odoo:saas:TenantDatabase`;

export const URNS = {
  stack: `${PROJECT}pulumi:pulumi:Stack::odoo-saas-sandbox`,
  random: `${PROJECT}pulumi:providers:random::default_4_21_2`,
  postgresql: `${PROJECT}pulumi:providers:postgresql::tenants-database`,
  component: `${TENANT}::acme-database`,
  password: `${TENANT}$random:index/randomPassword:RandomPassword::acme-database-password`,
  role: `${TENANT}$postgresql:index/role:Role::acme-database-role`,
  setup: `${PROJECT}odoo:saas:OdooTenant$odoosql:index:DatabaseSetup::acme-setup`,
} as const;

/** What `stack export` gives of a role, its password, and something that waits for the component of both. */
export function exportedState(): StateExport {
  const common = { id: "", outputs: {}, provider: "", dependencies: [], propertyDependencies: {}, ignoreChanges: [] };
  return {
    version: 3,
    deployment: {
      resources: [
        {
          ...common,
          urn: URNS.stack,
          type: "pulumi:pulumi:Stack",
          custom: false,
          inputs: {},
          outputs: { tenants: {} },
        },
        {
          ...common,
          urn: URNS.postgresql,
          type: "pulumi:providers:postgresql",
          custom: true,
          id: "id-of-provider",
          inputs: { host: "127.0.0.1", port: "5432", password: exportedSecret("server"), version: "3.18.1" },
          parent: URNS.stack,
        },
        {
          ...common,
          urn: URNS.component,
          type: "odoo:saas:TenantDatabase",
          custom: false,
          inputs: {},
          parent: URNS.stack,
        },
        {
          ...common,
          urn: URNS.random,
          type: "pulumi:providers:random",
          custom: true,
          id: "id-of-random",
          inputs: { version: "4.21.2" },
        },
        {
          ...common,
          urn: URNS.password,
          type: "random:index/randomPassword:RandomPassword",
          custom: true,
          id: "none",
          inputs: { __defaults: ["lower"], length: 40, lower: true, keepers: { generation: "1", camelCase: "kept" } },
          outputs: { result: exportedSecret("pass") },
          parent: URNS.component,
          provider: `${URNS.random}::id-of-random`,
        },
        {
          ...common,
          urn: URNS.role,
          type: "postgresql:index/role:Role",
          custom: true,
          id: "acme",
          inputs: { __defaults: [], name: "acme", connectionLimit: 20, password: exportedSecret("pass") },
          parent: URNS.component,
          provider: `${URNS.postgresql}::id-of-provider`,
          dependencies: [URNS.password],
          propertyDependencies: { name: [], connectionLimit: null, password: [URNS.password] },
        },
        {
          ...common,
          urn: URNS.setup,
          type: "odoosql:index:DatabaseSetup",
          custom: true,
          id: "acme",
          inputs: { tenant: "acme", connection: { user: "acme", password: exportedSecret("pass") } },
          parent: URNS.stack,
          dependencies: [URNS.component],
          propertyDependencies: { tenant: [], connection: [URNS.role, URNS.password] },
        },
      ],
    },
  };
}
