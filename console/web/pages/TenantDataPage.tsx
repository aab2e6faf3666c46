import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { TenantData } from "../../api/tenants.ts";
import { Code } from "../components/Code.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Facts } from "../components/Facts.tsx";
import { OutLink } from "../components/OutLink.tsx";
import { Outcome } from "../components/Outcome.tsx";
import { PlaceHeading } from "../components/PlaceHeading.tsx";
import { Panel } from "../components/Panel.tsx";
import { Punctuality } from "../components/Punctuality.tsx";
import { Time } from "../components/Time.tsx";
import { duration, size } from "../lib/format.ts";
import { tenantData } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Place = TenantData["places"][number];
type Done = TenantData["backups"][number];

const outcome: Column<Done> = {
  key: "outcome",
  label: "Outcome",
  render: ({ outcome: of, reason }) => (
    <>
      <Outcome of={of} />
      {reason !== undefined && <Box sx={{ color: "text.secondary" }}>{reason}</Box>}
    </>
  ),
};
const where: Column<Done> = { key: "stack", label: "Stack", render: ({ stack }) => stack ?? "not said" };
const snapshot: Column<Done> = {
  key: "snapshot",
  label: "Snapshot",
  isShort: true,
  render: ({ snapshot: id }) => (id === undefined ? "–" : <code title={id}>{id.slice(0, 8)}</code>),
};
const by: Column<Done> = {
  key: "actor",
  label: "By",
  render: ({ actor, link }) => (link === undefined ? actor : <OutLink href={link}>{actor}</OutLink>),
};

const BACKUPS: readonly Column<Done>[] = [
  { key: "at", label: "When", isTitle: true, isShort: true, render: ({ at }) => <Time at={at} /> },
  outcome,
  {
    key: "bytes",
    label: "Size",
    align: "right",
    render: ({ bytes }) => (bytes === undefined ? "not known" : size(bytes)),
  },
  snapshot,
  where,
  { key: "seconds", label: "Took", align: "right", render: ({ seconds }) => duration(seconds) },
  by,
];

const DRILLS: readonly Column<Done>[] = [
  { key: "at", label: "When", isTitle: true, isShort: true, render: ({ at }) => <Time at={at} /> },
  {
    ...outcome,
    label: "Result",
    render: ({ outcome: of, reason }) => (
      <>
        <Outcome of={of} />
        <Box sx={{ color: "text.secondary" }}>{of === "succeeded" ? "Restored and equal" : reason}</Box>
      </>
    ),
  },
  {
    key: "takenAt",
    label: "Backup of",
    render: ({ takenAt }) => (takenAt === undefined ? "not known" : <Time at={takenAt} as="full" />),
  },
  snapshot,
  where,
  by,
];

/** A tenant's backups and drills, what is late, and how its data comes back. */
export function TenantDataPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantData(id), enabled: may("tenant:read") });
  if (!may("tenant:read")) return <ForbiddenPage action="tenant:read" />;
  const state = {
    isLoading: isPending,
    error: data === undefined ? error : null,
    onRetry: () => void refetch(),
    sources: data?.sources ?? [],
  };
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      <Panel
        title="Is it safe?"
        subtitle="by what is on record here"
        {...state}
        {...(data?.places.length === 0 && { empty: "No stack has this tenant: there is nothing to back up." })}
      >
        {data !== undefined && (
          <>
            <Box
              sx={{
                display: "grid",
                gap: 3,
                gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(auto-fit, minmax(320px, 1fr))" },
              }}
            >
              {data.places.map((place) => (
                <Safety key={place.stack} place={place} plan={data.plan} />
              ))}
            </Box>
            <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
              On record are backups and drills by command. The cluster’s own CronJobs write none here: the alerts
              OdooBackupLate and OdooRestoreDrillLate watch them (docs/alerts.md).
            </Typography>
          </>
        )}
      </Panel>
      <Panel
        title="Backups"
        {...state}
        sources={[]}
        isFlush
        {...(data?.backups.length === 0 && {
          empty: (
            <>
              None is on record. Make one: <code>npx odoo-saas backup create {id}</code>
            </>
          ),
        })}
      >
        {data !== undefined && (
          <DataTable label="Backups" columns={BACKUPS} rows={data.backups} rowKey={({ id: key }) => key} />
        )}
      </Panel>
      <Panel
        title="Restore drills"
        subtitle="a backup that was restored and compared, table by table and file by file"
        {...state}
        sources={[]}
        isFlush
        {...(data?.drills.length === 0 && {
          empty: (
            <>
              None is on record: nobody knows whether a backup can be restored. Try it:{" "}
              <code>npx odoo-saas backup drill {id}</code>
            </>
          ),
        })}
      >
        {data !== undefined && (
          <DataTable label="Restore drills" columns={DRILLS} rows={data.drills} rowKey={({ id: key }) => key} />
        )}
      </Panel>
      {data?.places.map((place) => (
        <Restore key={place.stack} place={place} />
      ))}
    </Box>
  );
}

function Safety({ place, plan }: { readonly place: Place; readonly plan: TenantData["plan"] }) {
  const { environment, stack, backup, drill } = place;
  return (
    <div>
      <PlaceHeading environment={environment} stack={stack} />
      <Facts
        of={[
          [
            "Backup",
            <Box key="backup" sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5 }}>
              <Punctuality of={backup.state} />
              {backup.at !== undefined && <Time at={backup.at} />}
              {backup.state === "late" && backup.hours !== undefined && <span>due within {backup.hours} h</span>}
            </Box>,
          ],
          [
            "Restored and equal",
            <Box key="drill" sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5 }}>
              <Punctuality of={drill.state} />
              {drill.at !== undefined && <Time at={drill.at} />}
              {drill.state === "late" && <span>due within {drill.days} days</span>}
            </Box>,
          ],
          ["Schedule (UTC)", plan === undefined ? undefined : <code key="schedule">{plan.schedule}</code>],
          [
            "Kept",
            plan === undefined ? undefined : `${plan.daily} daily, ${plan.weekly} weekly, ${plan.monthly} monthly`,
          ],
        ]}
      />
    </div>
  );
}

function Restore({ place: { stack, restore } }: { readonly place: Place }) {
  return (
    <Panel
      title={`Restore in ${stack}`}
      subtitle={
        <>
          after data was lost; <code>docs/runbooks/restore.md</code> says what each refusal means
        </>
      }
    >
      <Box component="ol" sx={{ m: 0, pl: 2.5, display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
        {restore.map(({ text, code }, index) => (
          <li key={text}>
            {text}
            {code !== undefined && (
              <Box sx={{ mt: 0.75 }}>
                <Code text={code} label={`Step ${index + 1} in ${stack}`} />
              </Box>
            )}
          </li>
        ))}
      </Box>
    </Panel>
  );
}
