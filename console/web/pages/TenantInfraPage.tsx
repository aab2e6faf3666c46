import Lock from "@mui/icons-material/LockOutlined";
import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { infraSchema } from "../../api/tenants.ts";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Panel } from "../components/Panel.tsx";
import { Time } from "../components/Time.tsx";
import { counted } from "../lib/format.ts";
import { tenantInfra } from "../lib/queries.ts";
import { fleetSources } from "../lib/sourceWords.ts";
import { withoutUndefined } from "../lib/tenantSearch.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Resource = z.output<typeof infraSchema>["resources"][number];

const COLUMNS: readonly Column<Resource>[] = [
  {
    key: "name",
    label: "Resource",
    isTitle: true,
    render: ({ name, type }) => (
      <>
        <Box sx={{ fontWeight: 550 }}>{name}</Box>
        <Box component="code" sx={{ color: "text.secondary" }}>
          {type}
        </Box>
      </>
    ),
  },
  { key: "part", label: "Part", render: ({ part }) => part },
  { key: "stack", label: "Stack", render: ({ stack }) => stack },
  {
    key: "protected",
    label: "Protection",
    render: ({ protected: isProtected, waitsForDeletion }) =>
      waitsForDeletion ? (
        <Box component="span" sx={{ color: "error.main" }}>
          waits for deletion
        </Box>
      ) : isProtected ? (
        <Box component="span" sx={{ display: "inline-flex", gap: 0.5, alignItems: "center" }}>
          <Lock aria-hidden sx={{ fontSize: 16 }} />
          protected
        </Box>
      ) : (
        "none"
      ),
  },
  {
    key: "modified",
    label: "Modified",
    render: ({ modified, created }) => {
      const at = modified ?? created;
      return at === undefined ? "not known" : <Time at={at} />;
    },
  },
];

/** What a tenant is made of. */
export function TenantInfraPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { q = "", part } = useSearch({ from: "/tenants/$id/infra" });
  const navigate = useNavigate({ from: "/tenants/$id/infra" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantInfra(id), enabled: may("tenant:read") });
  if (!may("tenant:read")) return <ForbiddenPage action="tenant:read" />;
  const words = q.toLowerCase();
  const matching = (data?.resources ?? []).filter(({ name, type }) => `${name} ${type}`.toLowerCase().includes(words));
  const counts: Record<string, number> = {};
  for (const resource of matching) counts[resource.part] = (counts[resource.part] ?? 0) + 1;
  const rows = part === undefined ? matching : matching.filter((resource) => resource.part === part);
  const show = (search: { readonly q?: string | undefined; readonly part?: string | undefined }) =>
    void navigate({ search: withoutUndefined(search), replace: true, resetScroll: false });
  return (
    <Panel
      title="Resources"
      subtitle={
        data === undefined ? undefined : `${counted(data.resources.length, "resource")}; the console sees no values`
      }
      isLoading={isPending}
      error={data === undefined ? error : null}
      onRetry={() => void refetch()}
      sources={fleetSources(data?.sources ?? [])}
      isFlush
      {...(data?.resources.length === 0 && {
        empty: "No stack's inventory names this tenant yet. It is written after each deployment.",
      })}
    >
      {data !== undefined && (
        <>
          <Box sx={{ display: "grid", gap: 1.5, px: 2.5, pb: 1.5 }}>
            <TextField
              type="search"
              label="Search resources"
              value={q}
              onChange={({ target: { value } }) => show({ part, q: value === "" ? undefined : value })}
              sx={{ maxWidth: 320 }}
            />
            <FilterChips
              label="Part"
              counts={counts}
              chosen={part}
              onChoose={(next) => show({ part: next, q: q === "" ? undefined : q })}
            />
          </Box>
          <DataTable
            label="Resources"
            columns={COLUMNS}
            rows={rows}
            rowKey={({ stack, type, name }) => `${stack} ${type} ${name}`}
          />
        </>
      )}
    </Panel>
  );
}
