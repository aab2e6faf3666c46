import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { AlertList } from "../components/AlertList.tsx";
import { Code } from "../components/Code.tsx";
import { Facts, Unknown } from "../components/Facts.tsx";
import { HostLink } from "../components/HostLink.tsx";
import { Panel } from "../components/Panel.tsx";
import { PodFacts } from "../components/PodFacts.tsx";
import { SyncFacts } from "../components/SyncFacts.tsx";
import { Time } from "../components/Time.tsx";
import { Topology } from "../components/Topology.tsx";
import { calendarDay, capital, counted, money, percentage, responseTime } from "../lib/format.ts";
import { tenant } from "../lib/queries.ts";
import { fleetSources, sourcesNamed } from "../lib/sourceWords.ts";
import { useMay } from "../lib/useSession.ts";

/** Who a tenant is, where it runs, and what comes next. */
export function TenantOverviewPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { data, isPending, refetch } = useQuery(tenant(id));
  const may = useMay();
  const state = { isLoading: isPending, onRetry: () => void refetch() };
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2.5,
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 3fr) minmax(0, 2fr)" },
      }}
    >
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5, alignContent: "start" }}>
        <Panel
          title="Where it runs"
          {...state}
          sources={fleetSources(data?.sources ?? [])}
          {...(data?.placements.length === 0 && {
            empty:
              data.status === "archived"
                ? "No stack runs it any more."
                : "No stack runs it yet. The next deployment of its environment does.",
          })}
        >
          <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 3 }}>
            {data?.placements.map((placement) => (
              <Box key={placement.stack} sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}>
                <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline" }}>
                  <Typography variant="h3">{capital(placement.environment)}</Typography>
                  <Typography variant="body2" color="textSecondary">
                    stack {placement.stack}, {counted(placement.resources, "resource")}
                    {placement.updatedAt !== undefined && (
                      <>
                        , updated <Time at={placement.updatedAt} />
                      </>
                    )}
                  </Typography>
                </Box>
                {placement.hosts.length > 0 && (
                  <Box
                    component="ul"
                    aria-label={`Hosts in ${placement.environment}`}
                    sx={{ m: 0, p: 0, listStyle: "none" }}
                  >
                    {placement.hosts.map((host) => (
                      <li key={host}>
                        <HostLink host={host} environment={placement.environment} />
                      </li>
                    ))}
                  </Box>
                )}
                <Topology placement={placement} />
              </Box>
            ))}
          </Box>
        </Panel>
        {may("tenant:read") && (
          <Panel
            title="File"
            subtitle={<code>{`tenants/${id}.yaml`}</code>}
            {...state}
            {...(data !== undefined &&
              data.yaml === undefined && {
                empty:
                  data.status === "declared"
                    ? "The file is not on the main branch yet: its request has it."
                    : "The file is no longer on the main branch.",
              })}
          >
            {data?.yaml !== undefined && <Code text={data.yaml} label="File of the tenant" />}
          </Panel>
        )}
      </Box>
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5, alignContent: "start" }}>
        <Panel
          title="Alerts"
          {...state}
          sources={sourcesNamed(data?.sources ?? [], "alertmanager")}
          {...(data?.watch.alerts.length === 0 && {
            empty: sourcesNamed(data.sources, "alertmanager").some(({ readAt }) => readAt !== undefined)
              ? "No alert of this tenant."
              : "Not known: Alertmanager is not set up as a source of the console.",
          })}
        >
          {data !== undefined && <AlertList alerts={data.watch.alerts} />}
        </Panel>
        <Panel
          title="Availability"
          subtitle="last 30 days, upgrades included"
          {...state}
          sources={sourcesNamed(data?.sources ?? [], "prometheus")}
          {...(data !== undefined &&
            data.watch.measurement === undefined && {
              empty: sourcesNamed(data.sources, "prometheus").some(({ readAt }) => readAt !== undefined)
                ? "Prometheus has no figures of this tenant."
                : "Not known: Prometheus is not set up as a source of the console.",
            })}
        >
          {data?.watch.measurement !== undefined && (
            <Facts
              of={[
                ["Probes that succeeded", percentage(data.watch.measurement.availability)],
                [
                  "Mean response",
                  data.watch.measurement.responseSeconds === undefined
                    ? undefined
                    : responseTime(data.watch.measurement.responseSeconds),
                ],
              ]}
            />
          )}
        </Panel>
        <Panel
          title="Pods"
          subtitle="in the cluster"
          {...state}
          sources={sourcesNamed(data?.sources ?? [], "kubernetes")}
          {...(data !== undefined &&
            data.watch.pods === undefined &&
            data.watch.certificates.length === 0 && {
              empty: "No pod is known: nothing of it runs, or nothing watches the cluster.",
            })}
        >
          {data !== undefined && <PodFacts pods={data.watch.pods} certificates={data.watch.certificates} />}
        </Panel>
        <Panel
          title="Reports"
          subtitle="copies on the analytics server"
          {...state}
          sources={sourcesNamed(data?.sources ?? [], "analytics")}
          {...(data !== undefined &&
            data.watch.sync === undefined && { empty: "No copy is known: nothing watches this tenant's reports." })}
        >
          {data?.watch.sync !== undefined && <SyncFacts sync={data.watch.sync} />}
        </Panel>
        <Panel title="About" {...state}>
          {data !== undefined && (
            <Facts
              of={[
                ["Id", <code key="id">{data.id}</code>],
                ["Owner", data.team],
                [
                  "Mail",
                  <Link key="mail" href={`mailto:${data.email}`}>
                    {data.email}
                  </Link>,
                ],
                ["Country", data.company.country ?? "not set"],
                ["Currency", data.company.currency ?? "the country’s"],
                ["Time zone", data.company.timezone ?? "the country’s"],
                ["Plan", capital(data.plan)],
                ["Price per month", data.cost === undefined ? undefined : money(data.cost)],
                ["Bundles", data.bundles.join(", ") || "none"],
                ["Environments", data.environments.join(", ") || "none"],
                ["Release", data.release ?? "none runs"],
                ...(data.holdUntil === undefined ? [] : [["Data kept until", calendarDay(data.holdUntil)] as const]),
              ]}
            />
          )}
        </Panel>
        <Panel title="What comes next" {...state} {...(data?.next.length === 0 && { empty: "Nothing is scheduled." })}>
          <Box
            component="ol"
            sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1 }}
          >
            {data?.next.map(({ what, at }) => (
              <Box
                component="li"
                key={`${what} ${at ?? ""}`}
                sx={{ display: "flex", gap: 2, justifyContent: "space-between" }}
              >
                <span>{what}</span>
                {at !== undefined && (
                  <Box component="span" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
                    <Time at={at} />
                  </Box>
                )}
              </Box>
            ))}
          </Box>
        </Panel>
        <Panel title="Backups" {...state}>
          {data !== undefined && (
            <Facts
              of={[
                [
                  "Last backup",
                  data.backupAt === undefined ? <Unknown key="u" /> : <Time key="t" at={data.backupAt} />,
                ],
                [
                  "Last restore drill",
                  data.drillAt === undefined ? <Unknown key="u" /> : <Time key="t" at={data.drillAt} />,
                ],
                ["Schedule (UTC)", data.backup === undefined ? undefined : <code key="c">{data.backup.schedule}</code>],
                [
                  "Kept",
                  data.backup === undefined
                    ? undefined
                    : `${data.backup.daily} daily, ${data.backup.weekly} weekly, ${data.backup.monthly} monthly`,
                ],
              ]}
            />
          )}
        </Panel>
      </Box>
    </Box>
  );
}
