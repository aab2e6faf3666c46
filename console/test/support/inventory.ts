import type { Inventory } from "../../../features/inventory/index.ts";

/** What a stack with some tenants has: a namespace of each. */
export function inventory(stack: string, tenants: readonly string[]): Inventory {
  return {
    version: 1,
    stack,
    takenAt: "2026-11-30T10:00:00Z",
    updatedAt: "2026-11-30T09:30:00Z",
    tenants: tenants.map((id) => ({
      id,
      lifecycle: "active",
      release: "18.0-2026.11",
      hosts: [`${id}.${stack}.example`],
      database: {},
      realm: {},
      analytics: {},
    })),
    resources: tenants.map((tenant) => ({
      urn: `urn:pulumi:${stack}::odoo-saas::kubernetes:core/v1:Namespace::${tenant}`,
      type: "kubernetes:core/v1:Namespace",
      name: tenant,
      tenant,
      part: "namespace",
      protected: false,
      waitsForDeletion: false,
    })),
    pending: [],
  };
}
