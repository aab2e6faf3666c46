import type { Tenant } from "../../api/tenants.ts";
import { useMay } from "../lib/useSession.ts";
import { ButtonLink } from "./ButtonLink.tsx";

/** What the person may ask for about a tenant in its present state. */
export function TenantActions({ tenant: { id, lifecycle, request } }: { readonly tenant: Tenant }) {
  const may = useMay();
  const isBusy = request !== undefined;
  if (lifecycle === undefined) {
    return isBusy && may("request:read") ? <OpenRequest id={request} /> : null;
  }
  const actions = [
    { action: "pause", label: "Pause", isOffered: lifecycle === "active" && may("request:pause") },
    { action: "resume", label: "Resume", isOffered: lifecycle === "paused" && may("request:resume") },
    {
      action: "decommission",
      label: "Decommission",
      isOffered: lifecycle !== "decommissioning" && may("request:decommission"),
    },
  ].filter(({ isOffered }) => isOffered);
  if (isBusy && (actions.length > 0 || may("request:change"))) {
    return <OpenRequest id={request} />;
  }
  return (
    <>
      {actions.map(({ action, label }) => (
        <ButtonLink
          key={action}
          to="/tenants/$id/ask/$action"
          params={{ id, action }}
          variant="outlined"
          color={action === "decommission" ? "error" : "primary"}
        >
          {label}
        </ButtonLink>
      ))}
      {may("request:change") && lifecycle !== "decommissioning" && (
        <ButtonLink to="/tenants/$id/change" params={{ id }} variant="contained">
          Change
        </ButtonLink>
      )}
    </>
  );
}

function OpenRequest({ id }: { readonly id: string }) {
  return (
    <ButtonLink to="/requests/$id" params={{ id }} variant="outlined">
      See the open request
    </ButtonLink>
  );
}
