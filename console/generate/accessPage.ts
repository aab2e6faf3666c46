import { ACCESS, ACTIONS, ROLES } from "../api/access.ts";

const MARKS = { all: "yes", tenant: "tenant", own: "own", none: "–" } as const;

/** `docs/console-access.md`: who may do what in the console. */
export function accessPage(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    "# Who may do what in the console",
    "",
    "Generated from `console/api/access.ts` by `npm run generate:console`. _yes_: with everything of its kind; _tenant_:",
    "only with what is the person's own tenant's; _own_: only with what the person did. Several roles add up.",
    "`console/test/server/access.test.ts` tries each cell and each route.",
    "",
    row(["action", ...ROLES, "what it allows"]),
    row(["---", ...ROLES.map(() => ":-:"), "---"]),
    ...ACTIONS.map((action) =>
      row([`\`${action}\``, ...ROLES.map((role) => MARKS[ACCESS[action][role]]), ACCESS[action].about]),
    ),
    "",
    "The file of a stack says who of the staff has which role ([the console](console.md#install)). The owner that a tenant's",
    "file names is its `tenant-admin` ([log-in of tenants](console.md#log-in-of-tenants)). Approval is not a role of the console:",
    "`approvers.yaml` says who may approve, and nobody approves their own request ([requests](n8n.md)).",
    "",
  ].join("\n");
}
