import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { z } from "zod";
import type { lineEventsSchema } from "../../api/billing.ts";
import { AppLink } from "../components/AppLink.tsx";
import { ChargeLines } from "../components/ChargeLines.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Facts } from "../components/Facts.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { Time } from "../components/Time.tsx";
import { calendarDay, decimalMoney } from "../lib/format.ts";
import { billingDocument, lineEvents } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Event = z.output<typeof lineEventsSchema>["events"][number];

const EVENTS: readonly Column<Event>[] = [
  { key: "day", label: "Day", isTitle: true, isShort: true, render: ({ day }) => day },
  { key: "value", label: "Reading", render: ({ value }) => value },
  { key: "source", label: "Source", render: ({ source }) => <code>{source}</code> },
  { key: "id", label: "Id", render: ({ id }) => <code>{id}</code> },
  { key: "reason", label: "Corrected because", render: ({ reason }) => reason ?? "–" },
  { key: "at", label: "Recorded", render: ({ recordedAt }) => <Time at={recordedAt} /> },
];

/** A statement or credit note, and the way from each amount to its readings. */
export function BillingDocumentPage() {
  const { id } = useParams({ from: "/billing/documents/$id" });
  const may = useMay();
  const [position, setPosition] = useState<number>();
  const { data, error, isPending, refetch } = useQuery({ ...billingDocument(id), enabled: may("billing:read") });
  const events = useQuery({ ...lineEvents(id, position ?? 0), enabled: position !== undefined });
  if (!may("billing:read")) return <ForbiddenPage action="billing:read" />;
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  const kind = data?.kind === "credit_note" ? "Credit note" : "Statement";
  return (
    <>
      <PageHeader
        title={data === undefined ? "Document" : `${kind} ${data.number ?? `(draft ${id})`}`}
        above={
          <AppLink to="/billing" search={data === undefined ? {} : { month: data.month }}>
            Billing
          </AppLink>
        }
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
        <Panel title="About" {...state}>
          {data !== undefined && (
            <Facts
              of={[
                ["Company", data.company],
                ["Month", data.month],
                ["Issued", data.issued === undefined ? "not yet: it is a draft" : calendarDay(data.issued)],
                ["Without tax", decimalMoney(data.net, data.currency)],
                ...data.taxes.map(
                  ({ category, percent, taxable, amount }) =>
                    [
                      `Tax ${percent} % (${category})`,
                      `${decimalMoney(amount, data.currency)} on ${decimalMoney(taxable, data.currency)}`,
                    ] as const,
                ),
                ["With tax", decimalMoney(data.gross, data.currency)],
              ]}
            />
          )}
        </Panel>
        <Panel title="Lines" isFlush {...state}>
          {data !== undefined && (
            <ChargeLines
              lines={data.lines}
              currency={data.currency}
              more={[
                {
                  key: "trace",
                  label: "From",
                  render: (line) => (
                    <Button
                      size="small"
                      aria-label={`Readings of line ${line.position}`}
                      onClick={() => setPosition(line.position)}
                    >
                      Readings
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Panel>
        {position !== undefined && (
          <Panel
            title={`Readings of line ${position}`}
            isFlush
            isLoading={events.isPending}
            error={events.data === undefined ? events.error : null}
            onRetry={() => void events.refetch()}
          >
            {events.data !== undefined && (
              <DataTable
                label={`Readings of line ${position}`}
                columns={EVENTS}
                rows={events.data.events}
                rowKey={(event) => `${event.source} ${event.id}`}
              />
            )}
          </Panel>
        )}
      </Box>
    </>
  );
}
