import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useParams } from "@tanstack/react-router";
import type { Request } from "../../api/requests.ts";
import { AppLink } from "../components/AppLink.tsx";
import { CheckSummary } from "../components/CheckSummary.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { Diff } from "../components/Diff.tsx";
import { Facts } from "../components/Facts.tsx";
import { OutLink } from "../components/OutLink.tsx";
import { Outcome } from "../components/Outcome.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { RequestState } from "../components/RequestState.tsx";
import { RequestSteps } from "../components/RequestSteps.tsx";
import { Time } from "../components/Time.tsx";
import { VisuallyHidden } from "../components/VisuallyHidden.tsx";
import { counted, duration } from "../lib/format.ts";
import { ACTION_WORDS, isOpen, REQUEST_STATE_WORDS } from "../lib/requestWords.ts";
import type { RequestStateName } from "../lib/requestWords.ts";
import { useMay, useSession } from "../lib/useSession.ts";
import { useRequestProgress } from "../lib/useRequestProgress.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

/** What to do about a request that ended without being deployed. */
const REMEDIES: Partial<Readonly<Record<RequestStateName, string>>> = {
  refused: "Nothing was changed. Fix what the message names, then send a new request.",
  failed: "See the check or step below that failed. After the cause is fixed, send a new request.",
  rejected: "Nothing was changed. Ask the approver for the reason, then send a new request if it is still needed.",
  expired: "Nothing was changed: nobody approved it in time. Send it again if it is still needed.",
};

const CHECKS: readonly Column<Request["checks"][number]>[] = [
  { key: "name", label: "Check", isTitle: true, isShort: true, render: ({ name }) => name },
  { key: "state", label: "Outcome", render: ({ state }) => <Outcome of={state} /> },
  {
    key: "summary",
    label: "Summary",
    render: (check) => <CheckSummary check={check} />,
  },
  {
    key: "took",
    label: "Took",
    align: "right",
    render: ({ startedAt, completedAt }) =>
      startedAt === undefined || completedAt === undefined
        ? "–"
        : duration((Date.parse(completedAt) - Date.parse(startedAt)) / 1000),
  },
];

/** What a screen reader hears when a request moves. */
function announcement({ state, checks }: Request): string {
  const passed = checks.filter((check) => check.state === "passed").length;
  return `${REQUEST_STATE_WORDS[state]}. ${passed} of ${counted(checks.length, "check")} passed.`;
}

/** How far a request is, and what it waits for. */
export function RequestPage() {
  const { id } = useParams({ from: "/requests/$id" });
  const may = useMay();
  if (!may("request:read")) return <ForbiddenPage action="request:read" />;
  return <Progress key={id} id={id} />;
}

function Progress({ id }: { readonly id: string }) {
  const { login } = useSession();
  const { data, error, isPending, refetch, isLive } = useRequestProgress(id);
  const state = { isLoading: isPending, error: data === undefined ? error : null, onRetry: () => void refetch() };
  const remedy = data === undefined ? undefined : REMEDIES[data.state];
  return (
    <>
      <PageHeader
        title={data === undefined ? `Request ${id}` : `${ACTION_WORDS[data.action]} ${data.tenant}`}
        above={<AppLink to="/requests">Requests</AppLink>}
        below={
          data !== undefined && (
            <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1.5, rowGap: 0.5 }}>
              <RequestState state={data.state} />
              {isOpen(data.state) && (
                <span>{isLive ? "This page follows it live." : "This page asks again every few seconds."}</span>
              )}
            </Box>
          )
        }
        actions={
          data?.pull !== undefined && (
            <Button
              variant={data.state === "waiting" ? "contained" : "outlined"}
              component="a"
              href={data.pull.url}
              target="_blank"
              rel="noreferrer"
            >
              {data.state === "waiting" && data.approver === login ? "Review" : "See"} pull request #{data.pull.number}
            </Button>
          )
        }
      />
      <Box aria-live="polite">
        <VisuallyHidden>{data !== undefined && announcement(data)}</VisuallyHidden>
      </Box>
      {data !== undefined && (data.problem !== undefined || remedy !== undefined) && (
        <Alert severity={data.state === "expired" ? "warning" : "error"} variant="outlined" sx={{ mb: 2.5 }}>
          <AlertTitle sx={{ fontSize: "0.875rem" }}>{REQUEST_STATE_WORDS[data.state]}</AlertTitle>
          {data.problem !== undefined && <Typography sx={{ whiteSpace: "pre-wrap" }}>{data.problem}</Typography>}
          {remedy !== undefined && <Typography color="textSecondary">{remedy}</Typography>}
        </Alert>
      )}
      <Box
        sx={{
          display: "grid",
          gap: 2.5,
          alignItems: "start",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(0, 2fr)" },
        }}
      >
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
          <Panel title="Progress" {...state}>
            {data !== undefined && <RequestSteps request={data} />}
          </Panel>
          <Panel title="About" {...state}>
            {data !== undefined && (
              <Facts
                of={[
                  [
                    "Tenant",
                    <AppLink key="tenant" to="/tenants/$id/overview" params={{ id: data.tenant }}>
                      {data.tenant}
                    </AppLink>,
                  ],
                  ["Reason", data.reason],
                  ["Asked by", data.requester],
                  ["Approver", data.approver],
                  ["Opened", <Time key="opened" at={data.openedAt} as="full" />],
                  ["Updated", <Time key="updated" at={data.updatedAt} />],
                  [
                    "Pull request",
                    data.pull === undefined ? (
                      "not opened yet"
                    ) : (
                      <OutLink key="pull" href={data.pull.url}>{`#${data.pull.number}`}</OutLink>
                    ),
                  ],
                  ["Id", <code key="id">{data.id}</code>],
                ]}
              />
            )}
          </Panel>
        </Box>
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
          <Panel
            title="Checks"
            {...state}
            isFlush
            {...(data?.checks.length === 0 && {
              empty: "No check has started yet. They start when the pull request is opened.",
            })}
          >
            {data !== undefined && (
              <DataTable label="Checks" columns={CHECKS} rows={data.checks} rowKey={({ name }) => name} />
            )}
          </Panel>
          <Panel
            title="Difference of the file"
            {...state}
            {...(data !== undefined &&
              data.diff === undefined && { empty: "It is shown when the pull request is opened." })}
          >
            {data?.diff !== undefined && <Diff text={data.diff} />}
          </Panel>
        </Box>
      </Box>
    </>
  );
}
