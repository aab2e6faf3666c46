import Typography from "@mui/material/Typography";
import { ACCESS, ROLES } from "../../api/access.ts";
import type { Action } from "../../api/access.ts";
import { AppLink } from "../components/AppLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { listed } from "../lib/format.ts";
import { useSession } from "../lib/useSession.ts";

/** What is shown to a person who may not see a page. */
export function ForbiddenPage({ action }: { readonly action: Action }) {
  const { roles, tenant } = useSession();
  const holders = ROLES.filter((role) => ACCESS[action][role] !== "none");
  return (
    <>
      <PageHeader title="You may not see this page" />
      <Typography>
        Your roles ({roles.length === 0 ? "none" : listed(roles)}) do not include <code>{action}</code>, which{" "}
        {listed(holders)} {holders.length === 1 ? "has" : "have"}.{" "}
        {tenant === undefined ? (
          <>
            Ask an administrator of the staff realm for a role, or go to the <AppLink to="/">dashboard</AppLink>.
          </>
        ) : (
          <>
            Ask the operators of the platform, or go to <AppLink to="/">your tenant</AppLink>.
          </>
        )}
      </Typography>
    </>
  );
}
