import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { modulesSchema } from "../../api/tenants.ts";
import { Coverage } from "../components/Coverage.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Panel } from "../components/Panel.tsx";
import { counted } from "../lib/format.ts";
import { tenantModules } from "../lib/queries.ts";
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
  { key: "version", label: "Version", render: ({ version }) => version ?? "–" },
  { key: "origin", label: "Origin", render: ({ origin }) => origin ?? "–" },
  { key: "licence", label: "Licence", render: ({ licence }) => licence ?? "–" },
];

const FEATURES: readonly Column<Modules["features"][number]>[] = [
  { key: "name", label: "Enterprise feature", isTitle: true, render: ({ name }) => name },
  { key: "coverage", label: "Coverage", render: ({ coverage }) => <Coverage of={coverage} /> },
  { key: "note", label: "Note", render: ({ note }) => note ?? "" },
  { key: "bundle", label: "Bundle", render: ({ bundle }) => bundle },
];

/** What Odoo installs for a tenant and why, and what its bundles replace. */
export function TenantModulesPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { q = "" } = useSearch({ from: "/tenants/$id/modules" });
  const navigate = useNavigate({ from: "/tenants/$id/modules" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantModules(id), enabled: may("tenant:read") });
  if (!may("tenant:read")) return <ForbiddenPage action="tenant:read" />;
  const words = q.toLowerCase();
  const modules = (data?.modules ?? []).filter(({ name, title, origin, why }) =>
    [name, title, origin, ...why].some((text) => text?.toLowerCase().includes(words)),
  );
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  return (
    <Box sx={{ display: "grid", gap: 2.5 }}>
      <Panel
        title="Features"
        subtitle="of Odoo Enterprise, and how far this tenant's bundles replace them"
        {...state}
        isFlush
        {...(data?.features.length === 0 && { empty: "This tenant's bundles replace no Enterprise feature." })}
      >
        {data !== undefined && (
          <DataTable
            label="Features"
            columns={FEATURES}
            rows={data.features}
            rowKey={({ bundle, name }) => `${bundle} ${name}`}
          />
        )}
      </Panel>
      <Panel
        title="Modules"
        subtitle={data === undefined ? undefined : counted(data.modules.length, "module")}
        {...state}
        isFlush
        actions={
          <TextField
            type="search"
            label="Search modules"
            value={q}
            onChange={({ target: { value } }) =>
              void navigate({ search: value === "" ? {} : { q: value }, replace: true, resetScroll: false })
            }
            sx={{ width: 240 }}
          />
        }
        {...(data !== undefined &&
          modules.length === 0 && {
            empty: data.modules.length === 0 ? "It installs no module." : `No module matches “${q}”.`,
          })}
      >
        <DataTable label="Modules" columns={MODULES} rows={modules} rowKey={({ name }) => name} />
      </Panel>
    </Box>
  );
}
