import Add from "@mui/icons-material/AddOutlined";
import Download from "@mui/icons-material/DownloadOutlined";
import Search from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import InputAdornment from "@mui/material/InputAdornment";
import LinearProgress from "@mui/material/LinearProgress";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { TenantRow } from "../../api/tenants.ts";
import { SEVERITIES } from "../../api/alerting.ts";
import { AppLink } from "../components/AppLink.tsx";
import { ButtonLink } from "../components/ButtonLink.tsx";
import { ColumnChoice } from "../components/ColumnChoice.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { FlagChips } from "../components/FlagChips.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Unknown } from "../components/Facts.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Pager } from "../components/Pager.tsx";
import { Panel } from "../components/Panel.tsx";
import { Severity } from "../components/Severity.tsx";
import { StatusChip } from "../components/StatusChip.tsx";
import { Time } from "../components/Time.tsx";
import { counted, money } from "../lib/format.ts";
import { queryString, tenants } from "../lib/queries.ts";
import { fleetSources } from "../lib/sourceWords.ts";
import { FLAG_MEANINGS, readTenantSearch, SORTS, STATUS_MEANINGS } from "../lib/tenantSearch.ts";
import type { TenantSearch } from "../lib/tenantSearch.ts";
import { useMay } from "../lib/useSession.ts";
import { useStored } from "../lib/useStored.ts";

const COLUMNS: readonly Column<TenantRow>[] = [
  {
    key: "displayName",
    label: SORTS.displayName,
    isSortable: true,
    isTitle: true,
    render: ({ id, displayName }) => (
      <AppLink to="/tenants/$id/overview" params={{ id }} sx={{ fontWeight: 600 }}>
        {displayName}
      </AppLink>
    ),
  },
  { key: "id", label: SORTS.id, isSortable: true, render: ({ id }) => <code>{id}</code> },
  {
    key: "status",
    label: SORTS.status,
    isSortable: true,
    render: ({ status, reason, holdUntil, flags, request }) => (
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
        <StatusChip status={status} reason={reason} holdUntil={holdUntil} />
        <FlagChips flags={flags} />
        {request !== undefined && (
          <Box component="span" sx={{ whiteSpace: "nowrap" }}>
            <AppLink to="/requests/$id" params={{ id: request }}>
              open request
            </AppLink>
          </Box>
        )}
      </Box>
    ),
  },
  {
    key: "alerts",
    label: "Alerts",
    render: ({ alerts, alert, flags }) => {
      if (alert !== undefined) return <Severity level={alert} count={alerts} />;
      return flags.some(({ flag }) => flag === "unwatched") ? <Unknown /> : "none";
    },
  },
  { key: "team", label: SORTS.team, isSortable: true, render: ({ team }) => team },
  { key: "country", label: "Country", render: ({ country }) => country ?? "–" },
  { key: "plan", label: SORTS.plan, isSortable: true, render: ({ plan }) => plan },
  { key: "bundles", label: "Bundles", render: ({ bundles }) => bundles.join(", ") || "none" },
  { key: "environments", label: "Environments", render: ({ environments }) => environments.join(", ") || "none" },
  { key: "release", label: "Release", render: ({ release }) => release ?? "–" },
  {
    key: "backupAt",
    label: SORTS.backupAt,
    isSortable: true,
    render: ({ backupAt }) => (backupAt === undefined ? <Unknown /> : <Time at={backupAt} />),
  },
  {
    key: "drillAt",
    label: "Last drill",
    render: ({ drillAt }) => (drillAt === undefined ? <Unknown /> : <Time at={drillAt} />),
  },
  {
    key: "cost",
    label: SORTS.cost,
    isSortable: true,
    align: "right",
    render: ({ cost }) => (cost === undefined ? <Unknown /> : money(cost)),
  },
];

const HIDDEN_AT_FIRST = ["country", "release", "drillAt", "bundles"];

/** All tenants, with search, filters and order in the address. */
export function TenantsPage() {
  const search = useSearch({ from: "/tenants" });
  const navigate = useNavigate({ from: "/tenants" });
  const may = useMay();
  const [hidden, setHidden] = useStored("console-tenant-columns", HIDDEN_AT_FIRST);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(tenants(search));
  const filter = (values: { readonly [Key in keyof TenantSearch]?: TenantSearch[Key] | undefined }) =>
    void navigate({ search: (before) => readTenantSearch({ ...before, page: undefined, ...values }), replace: true });
  const onSort = (by: string) =>
    filter({
      ...readTenantSearch({ sort: by }),
      ...(by === "id" && { sort: undefined }),
      order: (search.sort ?? "id") === by && search.order !== "desc" ? "desc" : undefined,
    });
  const { q, status, flag, plan, bundle, environment, alert } = search;
  const isFiltered = [q, status, flag, plan, bundle, environment, alert].some((value) => value !== undefined);
  const mayRequest = may("request:create");
  const shown = COLUMNS.filter(({ key }) => !hidden.includes(key));

  return (
    <>
      <PageHeader
        title="Tenants"
        below={data === undefined ? undefined : counted(data.total, "tenant")}
        actions={
          mayRequest && (
            <ButtonLink to="/tenants/new" variant="contained" startIcon={<Add />}>
              New tenant
            </ButtonLink>
          )
        }
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.25, mb: 2.5 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
          <SearchField value={search.q ?? ""} onChange={(q) => filter({ q })} />
          <TextField
            select
            label="Sort by"
            value={search.sort ?? "id"}
            onChange={(event) =>
              filter({ sort: readTenantSearch({ sort: event.target.value }).sort, order: undefined })
            }
            sx={{ display: { sm: "none" } }}
          >
            {Object.entries(SORTS).map(([key, label]) => (
              <MenuItem key={key} value={key}>
                {label}
              </MenuItem>
            ))}
          </TextField>
          <Box sx={{ flexGrow: 1 }} />
          {isFiltered && (
            <Button color="inherit" onClick={() => void navigate({ search: {} })}>
              Clear filters
            </Button>
          )}
          <ColumnChoice columns={COLUMNS.filter(({ isTitle }) => !isTitle)} hidden={hidden} onChange={setHidden} />
          <Button
            color="inherit"
            component="a"
            href={`/api/tenants.csv${queryString({ ...search, page: undefined })}`}
            download
            startIcon={<Download />}
          >
            CSV
          </Button>
        </Box>
        {data !== undefined && (
          <>
            <FilterChips
              label="Status"
              counts={data.counts.status}
              order={Object.keys(STATUS_MEANINGS)}
              chosen={search.status}
              onChoose={(status) => filter({ status: readTenantSearch({ status }).status })}
            />
            <FilterChips
              label="Flag"
              counts={data.counts.flag}
              order={Object.keys(FLAG_MEANINGS)}
              chosen={search.flag}
              onChoose={(flag) => filter({ flag: readTenantSearch({ flag }).flag })}
            />
            <FilterChips
              label="Alerts"
              counts={data.counts.alert}
              order={SEVERITIES}
              chosen={search.alert}
              onChoose={(alert) => filter({ alert: readTenantSearch({ alert }).alert })}
            />
            <FilterChips
              label="Environment"
              counts={data.counts.environment}
              chosen={search.environment}
              onChoose={(environment) => filter({ environment })}
            />
            <FilterChips
              label="Plan"
              counts={data.counts.plan}
              chosen={search.plan}
              onChoose={(plan) => filter({ plan })}
            />
            <FilterChips
              label="Bundle"
              counts={data.counts.bundle}
              chosen={search.bundle}
              onChoose={(bundle) => filter({ bundle })}
            />
          </>
        )}
      </Box>
      <Panel
        title={isFiltered ? "Matching tenants" : "All tenants"}
        isLoading={isPending}
        error={data === undefined ? error : null}
        onRetry={() => void refetch()}
        sources={fleetSources(data?.sources ?? [])}
        isFlush
        {...(data?.total === 0 && {
          empty: isFiltered ? (
            "No tenant matches. Clear the filters to see all of them."
          ) : mayRequest ? (
            <>
              There is no tenant yet. <AppLink to="/tenants/new">Request the first one</AppLink>.
            </>
          ) : (
            "There is no tenant yet. An engineer can request the first one."
          ),
        })}
      >
        {isPlaceholderData && <LinearProgress aria-label="Loading tenants" />}
        {data !== undefined && (
          <>
            <DataTable
              label="Tenants"
              columns={shown}
              rows={data.rows}
              rowKey={({ id }) => id}
              sort={{ by: search.sort ?? "id", order: search.order ?? "asc" }}
              onSort={onSort}
            />
            <Pager
              page={data.page}
              pageSize={data.pageSize}
              total={data.total}
              onPage={(page) => void navigate({ search: (before) => readTenantSearch({ ...before, page }) })}
            />
          </>
        )}
      </Panel>
    </>
  );
}

/** A field that searches a moment after the last key. */
function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), 250);
    return () => clearTimeout(timer);
  });
  return (
    <TextField
      type="search"
      label="Search"
      placeholder="Id, name, team or country"
      value={text}
      onChange={(event) => setText(event.target.value)}
      sx={{ width: { xs: "100%", sm: 320 } }}
      slotProps={{
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
