import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { FormProvider, useWatch } from "react-hook-form";
import { AppLink } from "../components/AppLink.tsx";
import { ButtonLink } from "../components/ButtonLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { PreflightResult } from "../components/PreflightResult.tsx";
import { CredentialFields } from "../components/form/CredentialFields.tsx";
import { RequestFields } from "../components/form/RequestFields.tsx";
import { RequestForm } from "../components/form/RequestForm.tsx";
import { SendRequest } from "../components/form/SendRequest.tsx";
import { options, preflight, tenant } from "../lib/queries.ts";
import type { RequestDraft } from "../lib/requestDraft.ts";
import { newRequestId } from "../lib/requestId.ts";
import { rotated } from "../lib/tenantDraft.ts";
import type { Credential } from "../lib/tenantDraft.ts";
import { useDebounced } from "../lib/useDebounced.ts";
import { useMay } from "../lib/useSession.ts";
import { useSendRequest } from "../lib/useSendRequest.ts";
import { forgetForm, useStoredForm } from "../lib/useStoredForm.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

interface Draft extends RequestDraft {
  rotate: readonly Credential[];
}

/** Asks for new passwords of a tenant: a change that raises counters in its file. */
export function RotatePage() {
  const { id } = useParams({ from: "/tenants/$id/rotate" });
  const may = useMay();
  const isAllowed = may("request:change");
  const present = useQuery({ ...tenant(id), enabled: isAllowed });
  if (!isAllowed) return <ForbiddenPage action="request:change" />;
  const name = present.data?.displayName ?? id;
  return (
    <>
      <PageHeader
        title={`Rotate passwords of ${name}`}
        above={
          <AppLink to="/tenants/$id/access" params={{ id }}>
            {name}
          </AppLink>
        }
        below="The next deployment makes new passwords and restarts what uses them. People are without Odoo for a minute at most."
      />
      {present.data?.changeable === undefined ? (
        <Panel
          title="Which"
          isLoading={present.isPending}
          error={present.error}
          onRetry={() => void present.refetch()}
          {...(present.data !== undefined && {
            empty: "The tenant’s file is not on the main branch: nothing can be rotated.",
          })}
        />
      ) : (
        <RotateForm key={id} id={id} credentials={present.data.changeable["credentials"]} />
      )}
    </>
  );
}

interface Props {
  readonly id: string;
  /** The key of the tenant's file as it is now. */
  readonly credentials: unknown;
}

function RotateForm({ id, credentials }: Props) {
  const FORM = `console-form-rotate-${id}`;
  const offered = useQuery(options);
  const form = useStoredForm<Draft>(FORM, { approver: "", reason: "", requestId: newRequestId("rotate"), rotate: [] });
  const rotate = useWatch({ control: form.control, name: "rotate" });
  const isChosen = rotate.length > 0;
  const asking = (kinds: readonly Credential[]) => ({
    action: "change" as const,
    tenant: id,
    changes: { credentials: rotated(credentials, kinds) },
  });
  const settled = useDebounced(rotate);
  const check = useQuery({ ...preflight(asking(settled)), enabled: settled.length > 0 });
  const result = isChosen ? check.data : undefined;
  const send = useSendRequest(FORM, () => form.setValue("requestId", newRequestId("rotate")));
  const submit = form.handleSubmit(({ approver, reason, requestId }) =>
    send.mutate({ ...asking(rotate), id: requestId, approver, reason: reason.trim() }),
  );
  return (
    <FormProvider {...form}>
      <RequestForm onSubmit={submit}>
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
          <Panel title="Which">
            <CredentialFields />
          </Panel>
          <Panel
            title="What it does"
            isLoading={isChosen && result === undefined && check.isFetching}
            error={result === undefined && isChosen ? check.error : null}
            onRetry={() => void check.refetch()}
            {...(!isChosen && { empty: "Nothing is chosen yet." })}
          >
            {result !== undefined && <PreflightResult result={result} tenant={id} show="diff" />}
          </Panel>
        </Box>
        <Panel
          title="Request"
          isLoading={offered.isPending}
          error={offered.data === undefined ? offered.error : null}
          onRetry={() => void offered.refetch()}
        >
          {offered.data !== undefined && (
            <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
              <RequestFields approvers={offered.data.approvers} />
              <SendRequest send={send} isReady={result?.ok === true}>
                <ButtonLink to="/tenants/$id/access" params={{ id }} color="inherit" onClick={() => forgetForm(FORM)}>
                  Cancel
                </ButtonLink>
              </SendRequest>
            </Box>
          )}
        </Panel>
      </RequestForm>
    </FormProvider>
  );
}
