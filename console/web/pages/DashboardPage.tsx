import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import type { Dashboard } from "../../api/dashboard.ts";
import { ActivityChart } from "../components/ActivityChart.tsx";
import { AppLink } from "../components/AppLink.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Figure } from "../components/Figure.tsx";
import { Inbox } from "../components/Inbox.tsx";
import { Outcome } from "../components/Outcome.tsx";
import { OutLink } from "../components/OutLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { SourceList } from "../components/SourceList.tsx";
import { Time } from "../components/Time.tsx";
import { capital, count, counted, duration, listed, money, percentage, responseTime } from "../lib/format.ts";
import { fleetSources } from "../lib/sourceWords.ts";
import { dashboard } from "../lib/queries.ts";

type Stack = Dashboard["tenants"]["byStack"][number];
type Deployment = Dashboard["deployments"][number];

const STACKS: readonly Column<Stack>[] = [
  { key: "stack", label: "Stack", isTitle: true, render: ({ stack }) => stack },
  { key: "count", label: "Tenants", align: "right", render: ({ count: tenants }) => count(tenants) },
  { key: "resources", label: "Resources", align: "right", render: ({ resources }) => count(resources) },
  {
    key: "updatedAt",
    label: "Updated",
    render: ({ updatedAt }) => (updatedAt === undefined ? "not known" : <Time at={updatedAt} />),
  },
];

const DEPLOYMENTS: readonly Column<Deployment>[] = [
  {
    key: "kind",
    label: "What",
    isTitle: true,
    render: ({ kind, stack, link }) => {
      const text = capital(stack === undefined ? kind : `${kind} of ${stack}`);
      return link === undefined ? text : <OutLink href={link}>{text}</OutLink>;
    },
  },
  {
    key: "outcome",
    label: "Outcome",
    render: ({ outcome, reason }) => (
      <>
        <Outcome of={outcome} />
        {reason !== undefined && <Box sx={{ color: "text.secondary" }}>{reason}</Box>}
      </>
    ),
  },
  { key: "seconds", label: "Took", align: "right", render: ({ seconds }) => duration(seconds) },
  { key: "actor", label: "By", isShort: true, render: ({ actor }) => actor },
  { key: "at", label: "When", isShort: true, render: ({ at }) => <Time at={at} /> },
];

/** Figures of backups or drills; undefined where nothing is on record. */
function recent(good: number, unknown: number, total: number) {
  return unknown >= total && total > 0 ? undefined : `${count(good)} of ${count(total)}`;
}

const noteOf = (older: number, unknown: number) =>
  [older > 0 ? `${count(older)} older` : "", unknown > 0 ? `${count(unknown)} not known` : ""]
    .filter((part) => part !== "")
    .join(", ");

/** How many tenants have reports, and of how many they are not as they should be. */
function reportsNote({ tenants, late, failed }: NonNullable<Dashboard["watch"]["analytics"]>): string {
  const problems = [late > 0 ? `${count(late)} late` : "", failed > 0 ? `${count(failed)} not copied last time` : ""];
  return [`Analytics of ${counted(tenants, "tenant")}`, ...problems].filter((part) => part !== "").join(", ");
}

/** What waits, how the fleet is, and how much of that is known. */
export function DashboardPage() {
  const { data, error, isPending, refetch, dataUpdatedAt } = useQuery(dashboard);
  const failed = data === undefined ? error : null;
  const state = { isLoading: isPending, error: failed, onRetry: () => void refetch() };
  const sources = data?.sources ?? [];
  const ofFleet = fleetSources(sources);
  const ofEvents = sources.filter(({ name }) => name === "events");
  const backups = data?.backups;
  const { analytics, measurement, pods } = data?.watch ?? {};
  const isEmptyFleet = data?.tenants.total === 0;

  return (
    <>
      <PageHeader
        title="Dashboard"
        below={
          data === undefined ? undefined : (
            <>
              Refreshed <Time at={new Date(dataUpdatedAt).toISOString()} />
              {error !== null && `. The last refresh failed: ${error.message}`}
            </>
          )
        }
      />
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
        <Panel
          title="Inbox"
          subtitle={
            data !== undefined && data.inbox.length > 0 ? counted(data.inbox.length, "entry", "entries") : undefined
          }
          {...state}
          sources={sources.filter(({ state: is }) => is === "failed")}
          isFlush
          {...(data?.inbox.length === 0 && {
            empty:
              data.unwatched.length === 0
                ? "Nothing waits for anyone."
                : `Nothing waits for anyone, as far as the console can see. Not watched: ${listed(data.unwatched.map(({ what }) => what))}.`,
          })}
        >
          {data !== undefined && <Inbox entries={data.inbox} />}
        </Panel>

        <Box
          sx={{
            display: "grid",
            gap: 2.5,
            gridTemplateColumns: {
              xs: "minmax(0, 1fr)",
              sm: "repeat(2, minmax(0, 1fr))",
              lg: "repeat(4, minmax(0, 1fr))",
            },
          }}
        >
          {failed === null && (
            <>
              <Figure
                label="Tenants"
                isLoading={isPending}
                value={data === undefined ? undefined : <AppLink to="/tenants">{count(data.tenants.total)}</AppLink>}
                note={data?.tenants.byStatus
                  .filter(({ count: tenants }) => tenants > 0)
                  .map(({ status, count: tenants }) => (
                    <Box component="span" key={status} sx={{ mr: 1.5, whiteSpace: "nowrap" }}>
                      <AppLink to="/tenants" search={{ status }} color="inherit">
                        {count(tenants)} {status}
                      </AppLink>
                    </Box>
                  ))}
              />
              <Figure
                label="Backup within a day"
                isLoading={isPending}
                value={backups === undefined ? undefined : recent(backups.withinDay, backups.unknown, backups.total)}
                note={
                  backups === undefined ? undefined : noteOf(backups.older, backups.unknown) || "All tenants that run"
                }
              />
              <Figure
                label="Restore drill within 30 days"
                isLoading={isPending}
                value={
                  backups === undefined
                    ? undefined
                    : recent(backups.drills.within30Days, backups.drills.unknown, backups.total)
                }
                note={
                  backups === undefined
                    ? undefined
                    : noteOf(backups.drills.older, backups.drills.unknown) || "All tenants that run"
                }
              />
              <Figure
                label="Availability in 30 days"
                isLoading={isPending}
                value={measurement === undefined ? undefined : percentage(measurement.availability)}
                note={
                  measurement === undefined ? (
                    "Nothing measures it"
                  ) : (
                    <>
                      Lowest: {percentage(measurement.lowest.availability)},{" "}
                      <AppLink to="/tenants/$id/overview" params={{ id: measurement.lowest.tenant }} color="inherit">
                        {measurement.lowest.tenant}
                      </AppLink>
                    </>
                  )
                }
              />
              <Figure
                label="Mean response in 30 days"
                isLoading={isPending}
                value={
                  measurement?.responseSeconds === undefined ? undefined : responseTime(measurement.responseSeconds)
                }
                note={
                  measurement === undefined
                    ? "Nothing measures it"
                    : `Probes of ${counted(measurement.tenants, "tenant")}`
                }
              />
              <Figure
                label="Pods ready"
                isLoading={isPending}
                value={pods === undefined ? undefined : `${count(pods.ready)} of ${count(pods.pods)}`}
                note={
                  pods === undefined
                    ? "Nothing watches the cluster, or nothing runs"
                    : pods.unready === 0
                      ? `All of ${counted(pods.tenants, "tenant")}`
                      : `Not all of ${counted(pods.unready, "tenant")}`
                }
              />
              <Figure
                label="Oldest reports"
                isLoading={isPending}
                value={analytics?.oldest === undefined ? undefined : <Time at={analytics.oldest} />}
                note={analytics === undefined ? "Nothing watches the analytics server" : reportsNote(analytics)}
              />
              <Figure
                label="Price of the plans per month"
                isLoading={isPending}
                value={data === undefined || data.cost.length === 0 ? undefined : listed(data.cost.map(money))}
                note="Without tax, all environments"
              />
            </>
          )}
        </Box>

        <Box
          sx={{
            display: "grid",
            gap: 2.5,
            alignItems: "start",
            gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 3fr) minmax(0, 2fr)" },
          }}
        >
          <Panel
            title="Deployments"
            {...state}
            sources={ofEvents}
            isFlush
            {...(data?.deployments.length === 0 && {
              empty: "No deployment is on record. The first one appears here when its workflow has written its event.",
            })}
          >
            {data !== undefined && (
              <DataTable label="Deployments" columns={DEPLOYMENTS} rows={data.deployments} rowKey={({ id }) => id} />
            )}
          </Panel>
          <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5, alignContent: "start" }}>
            <Panel
              title="Activity"
              subtitle="last 30 days"
              {...state}
              sources={ofEvents}
              {...(data?.activity.every(({ succeeded, failed: bad }) => succeeded + bad === 0) && {
                empty: "No event in the last 30 days is on record. Workflows write one for each step.",
              })}
            >
              {data !== undefined && <ActivityChart activity={data.activity} />}
            </Panel>
            <Panel
              title="Stacks"
              {...state}
              sources={ofFleet}
              isFlush
              {...(data?.tenants.byStack.length === 0 && {
                empty: isEmptyFleet
                  ? "There is no tenant yet. Request the first one from the list of tenants."
                  : "No stack's inventory was read yet. It is written after each deployment.",
              })}
            >
              {data !== undefined && (
                <DataTable label="Stacks" columns={STACKS} rows={data.tenants.byStack} rowKey={({ stack }) => stack} />
              )}
            </Panel>
          </Box>
        </Box>

        <Box
          sx={{
            display: "grid",
            gap: 2.5,
            alignItems: "start",
            gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" },
          }}
        >
          <Panel
            title="Sources"
            subtitle="where this data comes from, and of when it is"
            {...state}
            {...(data?.sources.length === 0 && { empty: "No source is set up: see the console's settings." })}
          >
            <SourceList sources={sources} />
          </Panel>
          <Panel
            title="Not watched"
            subtitle="what the console cannot see"
            {...state}
            {...(data?.unwatched.length === 0 && { empty: "Everything that the console knows of is watched." })}
          >
            <Box component="dl" sx={{ m: 0, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.25 }}>
              {data?.unwatched.map(({ what, why }) => (
                <div key={what}>
                  <Box component="dt" sx={{ fontWeight: 550 }}>
                    {what}
                  </Box>
                  <Box component="dd" sx={{ m: 0, color: "text.secondary", fontSize: "0.8125rem" }}>
                    {why}
                  </Box>
                </div>
              ))}
            </Box>
          </Panel>
        </Box>
      </Box>
    </>
  );
}
