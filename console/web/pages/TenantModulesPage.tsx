import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { modulesSchema } from "../../api/tenants.ts";
import { Coverage } from "../components/Coverage.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Panel } from "../components/Panel.tsx";
import { counted } from "../lib/format.ts";
import { tenantModules } from "../lib/queries.ts";
import { withoutUndefined } from "../lib/tenantSearch.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Modules = z.output<typeof modulesSchema>;
type Module = Modules["modules"][number];

/** Why a module is installed, in a sentence. */
function whyOf({ why, bundle }: Module): string {
  const asker = bundle === undefined ? "the tenant's file" : `the bundle ${bundle}`;
  const chain = why.slice(0, -1);
  return chain.length === 0 ? `Named by ${asker}` : `${chain.join(" → ")} needs it; named by ${asker}`;
}

const MODULES: readonly Column<Module>[] = [
  {
    key: "name",
    label: "Module",
    isTitle: true,
    render: ({ name, title }) => (
      <>
        <code>{name}</code>
        {title !== undefined && <Box sx={{ color: "text.secondary", fontWeight: 400 }}>{title}</Box>}
      </>
    ),
  },
  { key: "why", label: "Why it is here", render: whyOf },
  { key: "version", label: "Version", isShort: true, render: ({ version }) => version ?? "–" },
  { key: "origin", label: "Origin", render: ({ origin }) => origin ?? "–" },
  { key: "licence", label: "Licence", isShort: true, render: ({ licence }) => licence ?? "–" },
];

const FEATURES: readonly Column<Modules["features"][number]>[] = [
  { key: "name", label: "Enterprise feature", isTitle: true, render: ({ name }) => name },
  { key: "coverage", label: "Coverage", render: ({ coverage }) => <Coverage of={coverage} /> },
  { key: "note", label: "Note", render: ({ note }) => note ?? "" },
  { key: "bundle", label: "Bundle", isShort: true, render: ({ bundle }) => bundle },
];

/** What Odoo installs for a tenant and why, and what its bundles replace. */
export function TenantModulesPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { q = "", show, coverage } = useSearch({ from: "/tenants/$id/modules" });
  const navigate = useNavigate({ from: "/tenants/$id/modules" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantModules(id), enabled: may("modules:read") });
  if (!may("modules:read")) return <ForbiddenPage action="modules:read" />;
  const words = q.toLowerCase();
  const matches = (...texts: readonly (string | undefined)[]) =>
    texts.some((text) => text?.toLowerCase().includes(words));
  const modules = (data?.modules ?? []).filter(({ name, title, origin, why }) => matches(name, title, origin, ...why));
  const found = (data?.features ?? []).filter(({ name, note, bundle }) => matches(name, note, bundle));
  const counts: Record<string, number> = {};
  for (const feature of found) counts[feature.coverage] = (counts[feature.coverage] ?? 0) + 1;
  const features = coverage === undefined ? found : found.filter((feature) => feature.coverage === coverage);
  const go = (values: {
    readonly q?: string | undefined;
    readonly show?: "features" | undefined;
    readonly coverage?: string | undefined;
  }) =>
    void navigate({
      search: (before) => withoutUndefined({ ...before, ...values }),
      replace: true,
      resetScroll: false,
    });
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center", mb: 2 }}>
        <TextField
          type="search"
          label="Search"
          value={q}
          onChange={({ target: { value } }) => go({ q: value === "" ? undefined : value })}
          sx={{ width: { xs: "100%", sm: 320 } }}
        />
        <Box role="group" aria-label="What is listed" sx={{ display: "flex", gap: 1 }}>
          {([undefined, "features"] as const).map((value) => (
            <Chip
              key={value ?? "modules"}
              component="button"
              clickable
              aria-pressed={show === value}
              color={show === value ? "primary" : "default"}
              variant={show === value ? "filled" : "outlined"}
              label={value === "features" ? `Features of Odoo Enterprise ${found.length}` : `Modules ${modules.length}`}
              onClick={() => go({ show: value, coverage: undefined })}
            />
          ))}
        </Box>
      </Box>
      {show === "features" ? (
        <Panel
          title="Features"
          subtitle="of Odoo Enterprise, and how far this tenant's bundles replace them"
          {...state}
          isFlush
          {...(data !== undefined &&
            features.length === 0 && {
              empty:
                data.features.length === 0
                  ? "This tenant's bundles replace no feature of Odoo Enterprise."
                  : "No feature matches.",
            })}
        >
          <Box sx={{ px: 2.5, pb: 1.5 }}>
            <FilterChips
              label="Coverage"
              counts={counts}
              order={["full", "partial", "custom", "none"]}
              chosen={coverage}
              onChoose={(value) => go({ coverage: value })}
            />
          </Box>
          <DataTable
            label="Features"
            columns={FEATURES}
            rows={features}
            rowKey={({ bundle, name }) => `${bundle} ${name}`}
          />
        </Panel>
      ) : (
        <Panel
          title="Modules"
          subtitle={data === undefined ? undefined : counted(data.modules.length, "module")}
          {...state}
          isFlush
          {...(data !== undefined &&
            modules.length === 0 && {
              empty: data.modules.length === 0 ? "It installs no module." : `No module matches “${q}”.`,
            })}
        >
          <DataTable label="Modules" columns={MODULES} rows={modules} rowKey={({ name }) => name} />
        </Panel>
      )}
    </>
  );
}
