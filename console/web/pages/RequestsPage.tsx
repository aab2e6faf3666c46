import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { requestsSchema } from "../../api/requests.ts";
import { AppLink } from "../components/AppLink.tsx";
import type { Column } from "../components/DataTable.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { PagedTable } from "../components/PagedTable.tsx";
import { Panel } from "../components/Panel.tsx";
import { RequestState } from "../components/RequestState.tsx";
import { Time } from "../components/Time.tsx";
import { requests } from "../lib/queries.ts";
import { ACTION_WORDS } from "../lib/requestWords.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Row = z.output<typeof requestsSchema>["rows"][number];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: "title",
    label: "Request",
    isTitle: true,
    render: ({ id, action, tenant, reason }) => (
      <>
        <AppLink to="/requests/$id" params={{ id }} sx={{ fontWeight: 600 }}>
          {ACTION_WORDS[action]} {tenant}
        </AppLink>
        <Box sx={{ color: "text.secondary", fontWeight: 400 }}>{reason}</Box>
      </>
    ),
  },
  { key: "state", label: "State", render: ({ state }) => <RequestState state={state} /> },
  { key: "requester", label: "Asked by", render: ({ requester }) => requester },
  { key: "approver", label: "Approver", render: ({ approver }) => approver },
  { key: "openedAt", label: "Opened", render: ({ openedAt }) => <Time at={openedAt} /> },
  { key: "updatedAt", label: "Updated", render: ({ updatedAt }) => <Time at={updatedAt} /> },
];

/** Requests, newest first. */
export function RequestsPage() {
  const { state, tenant, page = 1 } = useSearch({ from: "/requests" });
  const navigate = useNavigate({ from: "/requests" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({
    ...requests({ state: state ?? "open", page, ...(tenant === undefined ? {} : { tenant }) }),
    enabled: may("request:read"),
  });
  if (!may("request:read")) return <ForbiddenPage action="request:read" />;
  const kept = tenant === undefined ? {} : { tenant };
  return (
    <>
      <PageHeader title="Requests" below="Every change to a tenant is a request that another person approves." />
      <Box role="group" aria-label="Which requests" sx={{ display: "flex", flexWrap: "wrap", gap: 1, mb: 2 }}>
        {([undefined, "all"] as const).map((value) => (
          <Chip
            key={value ?? "open"}
            component="button"
            clickable
            aria-pressed={state === value}
            color={state === value ? "primary" : "default"}
            variant={state === value ? "filled" : "outlined"}
            label={value === "all" ? "All" : "Open"}
            onClick={() => void navigate({ search: value === undefined ? kept : { ...kept, state: value } })}
          />
        ))}
        {tenant !== undefined && (
          <Chip
            label={`Tenant ${tenant}`}
            onDelete={() => void navigate({ search: state === undefined ? {} : { state } })}
          />
        )}
      </Box>
      <Panel
        title={state === "all" ? "All requests" : "Open requests"}
        isLoading={isPending}
        error={data === undefined ? error : null}
        onRetry={() => void refetch()}
        sources={data?.sources ?? []}
        isFlush
        {...(data?.rows.length === 0 && {
          empty:
            state === "all"
              ? "No request was sent yet. Open a tenant to ask for a change."
              : "No request is open. Open a tenant to ask for a change, or show all requests.",
        })}
      >
        {data !== undefined && (
          <PagedTable
            label="Requests"
            columns={COLUMNS}
            data={data}
            onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
          />
        )}
      </Panel>
    </>
  );
}
