import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import { reach } from "../../api/access.ts";
import type { auditSchema } from "../../api/dashboard.ts";
import { AppLink } from "../components/AppLink.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Outcome } from "../components/Outcome.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { PagedTable } from "../components/PagedTable.tsx";
import { Panel } from "../components/Panel.tsx";
import { Time } from "../components/Time.tsx";
import { audit } from "../lib/queries.ts";
import { useMay, useSession } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Row = z.output<typeof auditSchema>["rows"][number];

const COLUMNS: readonly Column<Row>[] = [
  { key: "at", label: "When", render: ({ at }) => <Time at={at} as="full" /> },
  { key: "login", label: "Who", render: ({ login }) => login },
  { key: "action", label: "What", isTitle: true, render: ({ action }) => <code>{action}</code> },
  { key: "outcome", label: "Outcome", render: ({ outcome }) => <Outcome of={outcome} /> },
  {
    key: "tenant",
    label: "Tenant",
    render: ({ tenant }) =>
      tenant === undefined ? (
        "–"
      ) : (
        <AppLink to="/tenants/$id/overview" params={{ id: tenant }}>
          {tenant}
        </AppLink>
      ),
  },
  { key: "detail", label: "Detail", render: ({ detail }) => <Box sx={{ whiteSpace: "pre-wrap" }}>{detail}</Box> },
];

/** Who did what in the console, newest first. */
export function AuditPage() {
  const { actor, page = 1 } = useSearch({ from: "/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const session = useSession();
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({
    ...audit({ page, ...(actor === undefined ? {} : { actor }) }),
    enabled: may("audit:read"),
  });
  if (!may("audit:read")) return <ForbiddenPage action="audit:read" />;
  const seesAll = reach(session, "audit:read") === "all";
  return (
    <>
      <PageHeader
        title="Audit log"
        below={seesAll ? "What people did in the console, and what was denied." : "What you did in the console."}
      />
      {seesAll && (
        <TextField
          type="search"
          label="Login"
          value={actor ?? ""}
          onChange={({ target: { value } }) =>
            void navigate({ search: value === "" ? {} : { actor: value }, replace: true })
          }
          sx={{ maxWidth: 320, mb: 2 }}
        />
      )}
      <Panel
        title="Entries"
        isLoading={isPending}
        error={data === undefined ? error : null}
        onRetry={() => void refetch()}
        isFlush
        {...(data?.rows.length === 0 && { empty: "No entry matches." })}
      >
        {data !== undefined && (
          <PagedTable
            label="Audit log"
            columns={COLUMNS}
            data={data}
            onPage={(next) => void navigate({ search: (before) => ({ ...before, page: next }) })}
          />
        )}
      </Panel>
    </>
  );
}
