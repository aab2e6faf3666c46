import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { z } from "zod";
import type { moneyTabSchema } from "../../api/billing.ts";
import { AppLink } from "../components/AppLink.tsx";
import { ChargeLines } from "../components/ChargeLines.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Facts } from "../components/Facts.tsx";
import { Panel } from "../components/Panel.tsx";
import { decimalMoney } from "../lib/format.ts";
import { tenantMoney } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Charge = z.output<typeof moneyTabSchema>["charges"][number];

const COLUMNS: readonly Column<Charge>[] = [
  {
    key: "month",
    label: "Month",
    isTitle: true,
    render: ({ month }) => (
      <AppLink to="/billing" search={{ month }}>
        {month}
      </AppLink>
    ),
  },
  {
    key: "state",
    label: "Statement",
    render: ({ state, number, document }) =>
      document === undefined ? (
        "forecast"
      ) : (
        <AppLink to="/billing/documents/$id" params={{ id: document }}>
          {number ?? state}
        </AppLink>
      ),
  },
  { key: "net", label: "Without tax", align: "right", render: ({ net, currency }) => decimalMoney(net, currency) },
];

/** Who pays for a tenant, what it costs this month, and what it was charged. */
export function TenantMoneyPage() {
  const { id } = useParams({ from: "/tenants/$id/money" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantMoney(id), enabled: may("billing:read") });
  if (!may("billing:read")) return <ForbiddenPage action="billing:read" />;
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  const [problem] = data?.notBillable ?? [];
  const currency = data?.charges[0]?.currency ?? "";
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      <Panel title="Who pays" {...state}>
        {data !== undefined && (
          <Facts
            of={[
              ["Company", data.payer?.legalName ?? "nobody: the tenant’s file has no key billing"],
              ["Cost centre", data.payer?.costCentre ?? "none"],
              ...(problem === undefined ? [] : [["Cannot be billed", problem.reason] as const]),
            ]}
          />
        )}
      </Panel>
      <Panel
        title={`Forecast of ${data?.month ?? "this month"}`}
        subtitle="As if the last metered day went on"
        isFlush
        {...state}
        {...(data?.lines.length === 0 && { empty: "Nothing was metered this month." })}
      >
        {data !== undefined && <ChargeLines lines={data.lines} currency={currency} />}
      </Panel>
      <Panel
        title="Months"
        isFlush
        {...state}
        {...(data?.charges.length === 0 && { empty: "The tenant was not charged yet." })}
      >
        {data !== undefined && (
          <DataTable label="Months" columns={COLUMNS} rows={data.charges} rowKey={({ month }) => month} />
        )}
      </Panel>
    </Box>
  );
}
