import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { FormProvider, useWatch } from "react-hook-form";
import type { Tenant } from "../../api/tenants.ts";
import { AppLink } from "../components/AppLink.tsx";
import { ButtonLink } from "../components/ButtonLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { PreflightResult } from "../components/PreflightResult.tsx";
import { BackupFields } from "../components/form/BackupFields.tsx";
import { CredentialFields } from "../components/form/CredentialFields.tsx";
import { PlanChoice } from "../components/form/PlanChoice.tsx";
import { RequestFields } from "../components/form/RequestFields.tsx";
import { RequestForm } from "../components/form/RequestForm.tsx";
import { SendRequest } from "../components/form/SendRequest.tsx";
import { WhatFields } from "../components/form/WhatFields.tsx";
import { WhereFields } from "../components/form/WhereFields.tsx";
import { WhoFields } from "../components/form/WhoFields.tsx";
import { DiagnosticsContext } from "../lib/diagnostics.ts";
import { listed } from "../lib/format.ts";
import type { Options } from "../lib/options.ts";
import { options, preflight, tenant } from "../lib/queries.ts";
import type { RequestDraft } from "../lib/requestDraft.ts";
import { newRequestId } from "../lib/requestId.ts";
import { changesOf, draftOf } from "../lib/tenantDraft.ts";
import type { TenantDraft } from "../lib/tenantDraft.ts";
import { useDebounced } from "../lib/useDebounced.ts";
import { useMay } from "../lib/useSession.ts";
import { useSendRequest } from "../lib/useSendRequest.ts";
import { forgetForm, useStoredForm } from "../lib/useStoredForm.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

/** Keys of a tenant's file that the form has fields for. */
const ON_FORM = [
  "displayName",
  "owner",
  "company",
  "bundles",
  "modules",
  "plan",
  "environments",
  "backup",
  "credentials",
];

/** Asks for a change of a tenant's file. */
export function ChangeTenantPage() {
  const { id } = useParams({ from: "/tenants/$id/change" });
  const may = useMay();
  const isAllowed = may("request:change");
  const offered = useQuery({ ...options, enabled: isAllowed });
  const present = useQuery({ ...tenant(id), enabled: isAllowed });
  if (!isAllowed) return <ForbiddenPage action="request:change" />;
  const name = present.data?.displayName ?? id;
  const error = offered.error ?? present.error;
  return (
    <>
      <PageHeader
        title={`Change ${name}`}
        above={
          <AppLink to="/tenants/$id/overview" params={{ id }}>
            {name}
          </AppLink>
        }
      />
      {offered.data === undefined || present.data === undefined ? (
        <Panel
          title="What can be changed"
          isLoading={error === null}
          error={error}
          onRetry={() => {
            void offered.refetch();
            void present.refetch();
          }}
        />
      ) : present.data.changeable === undefined ? (
        <Panel
          title="What can be changed"
          empty="The tenant's file is not on the main branch: nothing can be changed."
        />
      ) : (
        <ChangeForm key={id} options={offered.data} tenant={present.data} file={present.data.changeable} />
      )}
    </>
  );
}

interface Props {
  readonly options: Options;
  readonly tenant: Tenant;
  /** Keys of the tenant's file that can be changed, with their values now. */
  readonly file: Readonly<Record<string, unknown>>;
}

function ChangeForm({ options: offered, tenant: { id, displayName, plan }, file }: Props) {
  const FORM = `console-form-change-${id}`;
  const environments = offered.environments.map((environment) => environment.name);
  const base = { displayName, plan, ...file };
  const before = draftOf(id, base, environments);
  const form = useStoredForm<TenantDraft & RequestDraft>(FORM, {
    ...before,
    approver: "",
    reason: "",
    requestId: newRequestId("change"),
  });
  const draft = useWatch({ control: form.control, compute: (values: TenantDraft & RequestDraft) => values });
  const changes = changesOf(before, draft, base, offered.changeable);
  const isChanged = Object.keys(changes).length > 0;
  const settled = useDebounced({ action: "change" as const, tenant: id, changes });
  const check = useQuery({ ...preflight(settled), enabled: Object.keys(settled.changes).length > 0 });
  const result = isChanged ? check.data : undefined;
  const send = useSendRequest(FORM, () => form.setValue("requestId", newRequestId("change")));
  const submit = form.handleSubmit(({ approver, reason, requestId }) =>
    send.mutate({ action: "change", tenant: id, changes, id: requestId, approver, reason: reason.trim() }),
  );
  const has = (...keys: readonly string[]) => keys.some((key) => offered.changeable.includes(key));
  const others = offered.changeable.filter((key) => !ON_FORM.includes(key));
  return (
    <FormProvider {...form}>
      <DiagnosticsContext value={result?.diagnostics ?? []}>
        <RequestForm onSubmit={submit}>
          <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
            {has("displayName", "owner", "company") && (
              <Panel title="Who">
                <WhoFields options={offered} isNew={false} keys={offered.changeable} />
              </Panel>
            )}
            {has("bundles", "modules") && (
              <Panel title="What">
                <WhatFields options={offered} keys={offered.changeable} />
              </Panel>
            )}
            {has("plan") && (
              <Panel title="How large">
                <PlanChoice plans={offered.plans} />
              </Panel>
            )}
            {has("environments") && (
              <Panel title="Where">
                <WhereFields options={offered} />
              </Panel>
            )}
            {has("backup") && (
              <Panel title="Backups">
                <BackupFields />
              </Panel>
            )}
            {has("credentials") && (
              <Panel title="Rotate passwords">
                <CredentialFields />
              </Panel>
            )}
            {others.length > 0 && (
              <Typography variant="body2" color="textSecondary">
                Not on this form: {listed(others)}. Change them by a pull request of your own.
              </Typography>
            )}
          </Box>
          <Box
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(0, 1fr)",
              gap: 2.5,
              position: { lg: "sticky" },
              top: 80,
            }}
          >
            <Panel
              title="What the change does"
              error={result === undefined && isChanged ? check.error : null}
              isLoading={isChanged && result === undefined && check.isFetching}
              {...(!isChanged && { empty: "Nothing is changed yet. The check runs as you type." })}
            >
              {result !== undefined && <PreflightResult result={result} tenant={id} show="diff" />}
            </Panel>
            <Panel title="Request">
              <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
                <RequestFields approvers={offered.approvers} />
                <SendRequest send={send} isReady={isChanged && result?.ok === true}>
                  <ButtonLink
                    to="/tenants/$id/overview"
                    params={{ id }}
                    color="inherit"
                    onClick={() => forgetForm(FORM)}
                  >
                    Discard
                  </ButtonLink>
                </SendRequest>
              </Box>
            </Panel>
          </Box>
        </RequestForm>
      </DiagnosticsContext>
    </FormProvider>
  );
}
