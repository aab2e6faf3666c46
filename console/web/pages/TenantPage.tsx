import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { AppLink } from "../components/AppLink.tsx";
import { FlagChips } from "../components/FlagChips.tsx";
import { NavTabs } from "../components/NavTabs.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { ProblemAlert } from "../components/ProblemAlert.tsx";
import { StatusChip } from "../components/StatusChip.tsx";
import { TenantActions } from "../components/TenantActions.tsx";
import { tenant } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";

/** Heading, actions and parts of a tenant's page. */
export function TenantPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { data, error, refetch } = useQuery(tenant(id));
  const may = useMay();
  const tabs = [
    { label: "Overview", part: "overview" as const },
    ...(may("tenant:read") ? [{ label: "Changes", part: "changes" as const }] : []),
    ...(may("modules:read") ? [{ label: "Modules", part: "modules" as const }] : []),
    ...(may("tenant:read")
      ? [
          { label: "Infrastructure", part: "infra" as const },
          { label: "Data", part: "data" as const },
          { label: "Access", part: "access" as const },
        ]
      : []),
    ...(may("billing:read") ? [{ label: "Money", part: "money" as const }] : []),
  ];
  return (
    <>
      <PageHeader
        title={data?.displayName ?? id}
        above={<AppLink to="/tenants">Tenants</AppLink>}
        below={
          data !== undefined && (
            <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1.5, rowGap: 0.5 }}>
              <StatusChip status={data.status} reason={data.reason} holdUntil={data.holdUntil} />
              <FlagChips flags={data.flags} />
              <span>{[data.reason, ...data.flags.map(({ reason }) => reason)].join(". ")}</span>
            </Box>
          )
        }
        actions={data !== undefined && <TenantActions tenant={data} />}
      />
      {data === undefined && error !== null ? (
        <ProblemAlert error={error} what={`Could not load the tenant ${id}`} onRetry={() => void refetch()} />
      ) : (
        <>
          <NavTabs label={`Parts of ${id}`} tabs={tabs} id={id} />
          <Outlet />
        </>
      )}
    </>
  );
}
