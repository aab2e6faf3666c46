import Commit from "@mui/icons-material/CommitOutlined";
import Assignment from "@mui/icons-material/DifferenceOutlined";
import Bolt from "@mui/icons-material/BoltOutlined";
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { z } from "zod";
import type { changeSchema } from "../../api/tenants.ts";
import { AppLink } from "../components/AppLink.tsx";
import { Diff } from "../components/Diff.tsx";
import { OutLink } from "../components/OutLink.tsx";
import { Outcome } from "../components/Outcome.tsx";
import { Pager } from "../components/Pager.tsx";
import { Panel } from "../components/Panel.tsx";
import { Time } from "../components/Time.tsx";
import { tenantChanges } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Change = z.output<typeof changeSchema>;

const KINDS = {
  commit: { icon: Commit, word: "Commit" },
  request: { icon: Assignment, word: "Request" },
  event: { icon: Bolt, word: "Event" },
} as const;

function Title({ change: { title, link } }: { readonly change: Change }) {
  if (link === undefined) return <>{title}</>;
  const request = /^\/requests\/([^/]+)$/.exec(link)?.[1];
  if (request === undefined) return <OutLink href={link}>{title}</OutLink>;
  return (
    <AppLink to="/requests/$id" params={{ id: request }}>
      {title}
    </AppLink>
  );
}

/** What happened to a tenant, newest first. */
export function TenantChangesPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const { page = 1 } = useSearch({ from: "/tenants/$id/changes" });
  const navigate = useNavigate({ from: "/tenants/$id/changes" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantChanges(id, page), enabled: may("tenant:read") });
  if (!may("tenant:read")) return <ForbiddenPage action="tenant:read" />;
  return (
    <Panel
      title="Time line"
      subtitle="commits, requests and events"
      isLoading={isPending}
      error={data === undefined ? error : null}
      onRetry={() => void refetch()}
      sources={data?.sources ?? []}
      {...(data?.rows.length === 0 && { empty: "Nothing is on record yet." })}
      isFlush
    >
      {data !== undefined && (
        <>
          <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
            {data.rows.map((change) => {
              const { icon: Icon, word } = KINDS[change.kind];
              return (
                <Box
                  component="li"
                  key={change.id}
                  sx={{
                    display: "grid",
                    gridTemplateColumns: "24px minmax(0, 1fr)",
                    columnGap: 1.5,
                    px: 2.5,
                    py: 1.5,
                    borderTop: 1,
                    borderColor: "divider",
                  }}
                >
                  <Icon titleAccess={word} fontSize="small" sx={{ color: "text.secondary", mt: "2px" }} />
                  <div>
                    <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline" }}>
                      <Box component="span" sx={{ fontWeight: 550 }}>
                        <Title change={change} />
                      </Box>
                      {change.outcome !== undefined && <Outcome of={change.outcome} />}
                      <Box component="span" sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
                        {change.actor}, <Time at={change.at} />
                      </Box>
                    </Box>
                    {change.detail !== undefined && (
                      <Box sx={{ color: "text.secondary", whiteSpace: "pre-wrap" }}>{change.detail}</Box>
                    )}
                    {change.diff !== undefined && (
                      <Box
                        component="details"
                        sx={{
                          mt: 0.5,
                          "& summary": { cursor: "pointer", color: "primary.main", width: "fit-content", mb: 0.5 },
                        }}
                      >
                        <summary>Show the difference</summary>
                        <Diff text={change.diff} />
                      </Box>
                    )}
                  </div>
                </Box>
              );
            })}
          </Box>
          <Pager
            page={data.page}
            pageSize={data.pageSize}
            total={data.total}
            onPage={(next) => void navigate({ search: next === 1 ? {} : { page: next } })}
          />
        </>
      )}
    </Panel>
  );
}
