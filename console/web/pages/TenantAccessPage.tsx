import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { TenantAccess } from "../../api/tenants.ts";
import { ButtonLink } from "../components/ButtonLink.tsx";
import { DataTable } from "../components/DataTable.tsx";
import type { Column } from "../components/DataTable.tsx";
import { HostLink } from "../components/HostLink.tsx";
import { Facts } from "../components/Facts.tsx";
import { PlaceHeading } from "../components/PlaceHeading.tsx";
import { Panel } from "../components/Panel.tsx";
import { Time } from "../components/Time.tsx";
import { tenant, tenantAccess } from "../lib/queries.ts";
import { CREDENTIALS } from "../lib/tenantDraft.ts";
import { useMay } from "../lib/useSession.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

type Place = TenantAccess["places"][number];

const ROTATIONS: readonly Column<TenantAccess["credentials"][number]>[] = [
  { key: "kind", label: "What", isTitle: true, render: ({ kind }) => CREDENTIALS[kind] },
  { key: "generation", label: "Generation", align: "right", render: ({ generation }) => generation },
  {
    key: "raisedAt",
    label: "Last rotation",
    render: ({ generation, raisedAt, raisedBy }) =>
      raisedAt === undefined ? (
        generation === 1 ? (
          "not since it was made"
        ) : (
          "not on record"
        )
      ) : (
        <>
          <Time at={raisedAt} />
          {raisedBy !== undefined && `, by ${raisedBy}`}
        </>
      ),
  },
];

/** Who reaches a tenant and whom it reaches, and how old its passwords are. */
export function TenantAccessPage() {
  const { id } = useParams({ from: "/tenants/$id" });
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...tenantAccess(id), enabled: may("tenant:read") });
  const present = useQuery(tenant(id));
  if (!may("tenant:read")) return <ForbiddenPage action="tenant:read" />;
  const state = {
    isLoading: isPending,
    error: data === undefined ? error : null,
    onRetry: () => void refetch(),
    sources: data?.sources ?? [],
  };
  const { lifecycle, request } = present.data ?? {};
  const mayRotate =
    may("request:change") && request === undefined && (lifecycle === "active" || lifecycle === "paused");
  const provider = data?.identityProvider;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      <Panel
        title="Where people log in"
        {...state}
        {...(data?.template === undefined &&
          data !== undefined && { empty: "The tenant’s file is gone: it has no log-ins." })}
      >
        {data !== undefined && (
          <Facts
            of={[
              [
                "Accounts",
                provider === undefined
                  ? "in the tenant’s own realm; no identity provider of the company"
                  : `of ${provider.displayName}, to which the realm delegates`,
              ],
              ...(provider === undefined
                ? []
                : [
                    ["Provider", <code key="alias">{provider.alias}</code>] as const,
                    [
                      "Issuer",
                      <Box key="issuer" component="code" sx={{ overflowWrap: "anywhere" }}>
                        {provider.issuer}
                      </Box>,
                    ] as const,
                  ]),
              ["Realm template", data.template],
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Who reaches it, and whom it reaches"
        {...state}
        sources={[]}
        {...(data?.places.length === 0 && { empty: "No stack has this tenant: nobody reaches it." })}
      >
        <Box
          sx={{
            display: "grid",
            gap: 3,
            gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "repeat(auto-fit, minmax(320px, 1fr))" },
          }}
        >
          {data?.places.map((place) => (
            <Reach key={place.stack} place={place} />
          ))}
        </Box>
      </Panel>
      <Panel
        title="Passwords"
        subtitle="the console sees none; each has a counter in the tenant’s file"
        {...state}
        sources={[]}
        isFlush
        actions={
          mayRotate && (
            <ButtonLink to="/tenants/$id/rotate" params={{ id }} variant="outlined" size="small">
              Rotate
            </ButtonLink>
          )
        }
        {...(data?.credentials.length === 0 && { empty: "The tenant’s file is gone: it has no passwords." })}
      >
        {data !== undefined && (
          <DataTable label="Passwords" columns={ROTATIONS} rows={data.credentials} rowKey={({ kind }) => kind} />
        )}
      </Panel>
    </Box>
  );
}

function Reach({ place: { environment, stack, realm, hosts, egress } }: { readonly place: Place }) {
  return (
    <div>
      <PlaceHeading environment={environment} stack={stack} />
      <Facts
        of={[
          [
            "Hosts",
            <Box key="hosts" component="ul" sx={{ m: 0, p: 0, listStyle: "none", overflowWrap: "anywhere" }}>
              {hosts.map((host) => (
                <li key={host}>
                  <HostLink host={host} environment={environment} />
                </li>
              ))}
              {hosts.length === 0 && <li>none</li>}
            </Box>,
          ],
          [
            "Realm",
            realm === undefined ? undefined : (
              <Box key="realm" component="code" sx={{ overflowWrap: "anywhere" }}>
                {realm}
              </Box>
            ),
          ],
          [
            "Ways out",
            egress.length === 0 ? (
              "none to the internet, beside the platform’s own servers"
            ) : (
              <Box key="egress" component="ul" sx={{ m: 0, p: 0, listStyle: "none" }}>
                {egress.map(({ for: module, networks }) => (
                  <li key={module}>
                    <code>{module}</code>: {networks.join(", ")}, port 443
                  </li>
                ))}
              </Box>
            ),
          ],
        ]}
      />
    </div>
  );
}
