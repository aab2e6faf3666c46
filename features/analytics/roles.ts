import { z } from "zod";
import { AnalyticsError } from "./analyticsError.ts";
import type { Superset } from "./superset.ts";

/** What a guest token allows: to look at the one dashboard that it names. No export, no SQL Lab, no drill, no metadata of datasets. */
const GUEST = [
  "can_read Dashboard",
  "can_read Chart",
  "can_read Theme",
  "can_read CurrentUserRestApi",
  "can_log Superset",
] as const;

/** What staff may do: look at the dashboards that the role is given. */
const STAFF = [
  ...GUEST,
  "can_dashboard Superset",
  "can_get MenuApi",
  "can_recent_activity Log",
  "can_view_chart_as_table Dashboard",
  "menu_access Dashboards",
  "menu_access Home",
] as const;

/** Roles of our own in Superset, by name: exactly these permissions. `superset_config.py` names them. */
export const ROLES: Readonly<Record<"Guest" | "Staff", readonly string[]>> = { Guest: GUEST, Staff: STAFF };

const named = z.object({ id: z.number(), name: z.string() });
const permissionSchema = z.object({
  id: z.number(),
  permission: z.object({ name: z.string() }),
  view_menu: z.object({ name: z.string() }),
});
const ofRole = z.object({
  result: z.array(z.object({ id: z.number(), permission_name: z.string(), view_menu_name: z.string() })),
});

/** What a role has that it should not, and lacks that it should have. */
export interface RoleDrift {
  readonly role: string;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/** Compares our roles with what Superset has. `Public` must have nothing: whoever is not logged in has that role. */
export async function checkRoles(superset: Superset): Promise<RoleDrift[]> {
  const ids = await roleIds(superset);
  const drift: RoleDrift[] = [];
  for (const [role, wanted] of Object.entries({ ...ROLES, Public: [] as readonly string[] })) {
    const id = ids.get(role);
    const has = id === undefined ? [] : await permissionsOf(superset, id);
    const missing = wanted.filter((each) => !has.includes(each));
    const unexpected = has.filter((each) => !wanted.includes(each));
    if (missing.length + unexpected.length > 0) drift.push({ role, missing, unexpected });
  }
  return drift;
}

/** Makes our roles what they should be. @returns their numbers by name, and the names of those that were changed */
export async function syncRoles(
  superset: Superset,
): Promise<{ readonly ids: ReadonlyMap<string, number>; readonly changed: readonly string[] }> {
  const drift = await checkRoles(superset);
  if (drift.length > 0) {
    const permissions = new Map(
      (await superset.list(permissionSchema, "security/permissions-resources", "id")).map(
        ({ id, permission, view_menu }) => [`${permission.name} ${view_menu.name}`, id],
      ),
    );
    const ids = await roleIds(superset);
    for (const { role } of drift) {
      const wanted = (role === "Guest" || role === "Staff" ? ROLES[role] : []).map((each) => {
        const id = permissions.get(each);
        if (id !== undefined) return id;
        throw new AnalyticsError(
          `Superset has no permission "${each}" for role ${role}, expected that of Superset 6.1: run server/setup.py again`,
          "superset",
        );
      });
      const id =
        ids.get(role) ??
        (await superset.call(z.object({ id: z.number() }), "POST", "/api/v1/security/roles/", { name: role })).id;
      await superset.call(z.unknown(), "POST", `/api/v1/security/roles/${id}/permissions`, {
        permission_view_menu_ids: wanted,
      });
    }
  }
  return { ids: await roleIds(superset), changed: drift.map(({ role }) => role) };
}

async function roleIds(superset: Superset): Promise<Map<string, number>> {
  return new Map((await superset.list(named, "security/roles", "id")).map(({ id, name }) => [name, id]));
}

async function permissionsOf(superset: Superset, role: number): Promise<string[]> {
  const { result } = await superset.call(ofRole, "GET", `/api/v1/security/roles/${role}/permissions/`);
  return result.map(({ permission_name, view_menu_name }) => `${permission_name} ${view_menu_name}`).sort();
}
