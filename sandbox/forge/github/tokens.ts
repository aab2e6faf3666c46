/** Areas that a token may be allowed, as fine-grained tokens and GitHub Apps name them. */
export type Area =
  | "actions"
  | "administration"
  | "checks"
  | "contents"
  | "deployments"
  | "environments"
  | "issues"
  | "metadata"
  | "pull_requests"
  | "secrets"
  | "statuses"
  | "variables"
  | "workflows";

/** What a route asks for: `contents:write`. */
export type Permission = `${Area}:${"read" | "write"}`;

/** What a token may do. Everyone may read metadata. */
export type Permissions = Readonly<Partial<Record<Area, "read" | "write">>>;

/** Everything, for a test's own set-up. */
export const EVERYTHING: Permissions = {
  actions: "write",
  administration: "write",
  checks: "write",
  contents: "write",
  deployments: "write",
  environments: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  secrets: "write",
  statuses: "write",
  variables: "write",
  workflows: "write",
};

/** Whether a token's permissions are enough. */
export function allows(permissions: Permissions, needed: Permission | undefined): boolean {
  if (needed === undefined || needed === "metadata:read") return true;
  for (const [area, level] of Object.entries(permissions)) {
    if (needed === `${area}:read` || needed === `${area}:${level}`) return true;
  }
  return false;
}
