import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { billingSchema, PeriodState } from "../../api/billing.ts";
import { AppLink } from "../components/AppLink.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { PeriodSteps } from "../components/PeriodSteps.tsx";
import { PriceLists } from "../components/PriceLists.tsx";
import { calendarDay, counted, decimalMoney } from "../lib/format.ts";
import { billing } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Billing = z.output<typeof billingSchema>;
type Company = Billing["companies"][number];
type Change = Billing["changes"][number];
type Document = Billing["documents"][number];

/** What each state of a month means, for people. */
const STATES: Readonly<Record<PeriodState, string>> = {
  open: "The month goes on, or was not closed: amounts are a forecast, as if the last metered day went on.",
  collecting: "Closed: late readings are awaited.",
  draft: "Drafted: somebody else than the drafter makes it final.",
  final: "Final: statements have numbers and do not change.",
  exported: "Final and exported.",
};

const COMPANIES: readonly Column<Company>[] = [
  { key: "company", label: "Company", isTitle: true, render: ({ legalName }) => legalName },
  {
    key: "centres",
    label: "Cost centres",
    render: ({ costCentres, currency }) => (
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {costCentres.map(({ id, name, net }) => (
          <li key={id}>
            {name}: {decimalMoney(net, currency)}
          </li>
        ))}
      </Box>
    ),
  },
  { key: "net", label: "Without tax", align: "right", render: ({ net, currency }) => decimalMoney(net, currency) },
  {
    key: "difference",
    label: "Than last month",
    align: "right",
    render: ({ difference, currency }) =>
      difference === undefined
        ? "not charged then"
        : `${difference.startsWith("-") ? "" : "+"}${decimalMoney(difference, currency)}`,
  },
  { key: "gross", label: "With tax", align: "right", render: ({ gross, currency }) => decimalMoney(gross, currency) },
];

const CHANGES: readonly Column<Change>[] = [
  { key: "day", label: "Day", isShort: true, render: ({ day }) => calendarDay(day) },
  {
    key: "tenant",
    label: "Tenant",
    isTitle: true,
    render: ({ tenant, environment }) => (
      <>
        <AppLink to="/tenants/$id/overview" params={{ id: tenant }}>
          {tenant}
        </AppLink>{" "}
        ({environment})
      </>
    ),
  },
  { key: "what", label: "What", render: ({ from, to }) => `${from || "nothing"} → ${to || "nothing"}` },
  {
    key: "price",
    label: "Price of a month",
    align: "right",
    render: ({ priceBefore, priceAfter }) => `${priceBefore} → ${priceAfter}`,
  },
];

const DOCUMENTS: readonly Column<Document>[] = [
  {
    key: "number",
    label: "Number",
    isTitle: true,
    render: ({ id, number, kind }) => (
      <AppLink to="/billing/documents/$id" params={{ id }}>
        {number ?? `Draft ${kind === "statement" ? "statement" : "credit note"} ${id}`}
      </AppLink>
    ),
  },
  { key: "company", label: "Company", render: ({ company }) => company },
  { key: "drafted", label: "Drafted by", render: ({ draftedBy }) => draftedBy },
  {
    key: "files",
    label: "Files",
    render: ({ id, number }) =>
      number === undefined
        ? "when final"
        : (["pdf", "csv", "xml", "account.move.csv"] as const).map((format) => (
            <Link
              key={format}
              href={`/api/billing/documents/${id}/files/${format}`}
              download
              aria-label={`${number} as ${format}`}
              sx={{ mr: 1.5 }}
            >
              {format}
            </Link>
          )),
  },
  { key: "gross", label: "With tax", align: "right", render: ({ gross, currency }) => decimalMoney(gross, currency) },
];

/** Charges of a month: by company and cost centre, what changed, what is missing, and its documents. */
export function BillingPage() {
  const { month } = useSearch({ from: "/billing" });
  const navigate = useNavigate({ from: "/billing" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...billing(month), enabled: may("billing:read") });
  if (!may("billing:read")) return <ForbiddenPage action="billing:read" />;
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  const missing = data === undefined ? [] : missingOf(data);
  return (
    <>
      <PageHeader
        title="Billing"
        below={
          data !== undefined && (
            <>
              {STATES[data.state]}
              {data.collectUntil !== undefined &&
                data.state === "collecting" &&
                ` Until ${calendarDay(data.collectUntil)}.`}
              {data.draftedBy !== undefined && ` Drafted by ${data.draftedBy}.`}
              {data.finalisedBy !== undefined && ` Made final by ${data.finalisedBy}.`}
            </>
          )
        }
        actions={
          data !== undefined && (
            <TextField
              select
              label="Month"
              size="small"
              value={data.month}
              onChange={({ target: { value } }) => void navigate({ search: { month: value } })}
            >
              {data.months.map((each) => (
                <MenuItem key={each.month} value={each.month}>
                  {each.month} ({each.state})
                </MenuItem>
              ))}
            </TextField>
          )
        }
      />
      {data !== undefined && <PeriodSteps key={data.month} month={data.month} state={data.state} />}
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
        <Panel
          title={data?.isForecast === true ? "Forecast by company" : "By company"}
          isFlush
          {...state}
          {...(data?.companies.length === 0 && {
            empty: "Nothing was metered: run npx odoo-saas billing meter each day.",
          })}
        >
          {data !== undefined && (
            <DataTable label="Companies" columns={COMPANIES} rows={data.companies} rowKey={({ id }) => id} />
          )}
        </Panel>
        <Panel
          title="What is missing"
          {...state}
          {...(missing.length === 0 && {
            empty: "Nothing: every day has its readings, and every tenant can be billed.",
          })}
        >
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {missing.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </Box>
        </Panel>
        <Panel
          title="Changes by day"
          subtitle="Why the month differs from the one before"
          isFlush
          {...state}
          {...(data?.changes.length === 0 && { empty: "Every tenant was charged like in the month before." })}
        >
          {data !== undefined && (
            <DataTable
              label="Changes by day"
              columns={CHANGES}
              rows={data.changes}
              rowKey={({ day, tenant, environment }) => `${day} ${tenant} ${environment}`}
            />
          )}
        </Panel>
        <Panel
          title="Documents"
          isFlush
          {...state}
          {...(data?.documents.length === 0 && { empty: "There are none until the month is drafted." })}
        >
          {data !== undefined && (
            <DataTable label="Documents" columns={DOCUMENTS} rows={data.documents} rowKey={({ id }) => id} />
          )}
        </Panel>
        <Panel
          title="Price lists"
          isFlush
          {...state}
          {...(data?.prices.length === 0 && { empty: "There is no file in prices/." })}
        >
          {data !== undefined && <PriceLists lists={data.prices} />}
        </Panel>
      </Box>
    </>
  );
}

/** Days without a reading, tenants that cannot be billed, and refused readings, a sentence each. */
function missingOf({ holes, notBillable, conflicts }: Billing): string[] {
  return [
    ...notBillable.map(
      ({ tenant, environment, reason }) =>
        `${tenant} (${environment}) cannot be billed: ${reason}. The month cannot be final.`,
    ),
    ...holes.map(
      ({ tenant, environment, meter, days }) =>
        `${tenant} (${environment}) has no reading of ${meter} on ${counted(days.length, "day")}: ${days.join(", ")}. Nothing is charged for them.`,
    ),
    ...(conflicts === 0
      ? []
      : [
          `${counted(conflicts, "reading")} said something else than what was there, and did not count: docs/runbooks/billing.md.`,
        ]),
  ];
}
