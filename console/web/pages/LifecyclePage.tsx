import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { FormProvider, useWatch } from "react-hook-form";
import { AppLink } from "../components/AppLink.tsx";
import { ButtonLink } from "../components/ButtonLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { PreflightResult } from "../components/PreflightResult.tsx";
import { RequestFields } from "../components/form/RequestFields.tsx";
import { RequestForm } from "../components/form/RequestForm.tsx";
import { SendRequest } from "../components/form/SendRequest.tsx";
import { options, preflight, tenant } from "../lib/queries.ts";
import type { RequestDraft } from "../lib/requestDraft.ts";
import { newRequestId } from "../lib/requestId.ts";
import { useDebounced } from "../lib/useDebounced.ts";
import { useMay } from "../lib/useSession.ts";
import { useSendRequest } from "../lib/useSendRequest.ts";
import { forgetForm, useStoredForm } from "../lib/useStoredForm.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";

const ACTIONS = {
  pause: { title: "Pause", about: "Pods and logins stop. Data and backups are kept; it can be resumed at any time." },
  resume: { title: "Resume", about: "Pods and logins start again, with the data as it is." },
  decommission: {
    title: "Decommission",
    about:
      "Pods and logins stop, and the data may be deleted from a day on. Until that day nothing is deleted, and backups are kept.",
  },
} as const;

type Action = keyof typeof ACTIONS;
const isAction = (value: string): value is Action => Object.hasOwn(ACTIONS, value);

/** Asks to pause, resume or decommission a tenant. */
export function LifecyclePage() {
  const { id, action } = useParams({ from: "/tenants/$id/ask/$action" });
  const may = useMay();
  if (!isAction(action)) return <NotFoundPage />;
  if (!may(`request:${action}`)) return <ForbiddenPage action={`request:${action}`} />;
  return <LifecycleForm key={`${action} ${id}`} id={id} action={action} />;
}

interface Draft extends RequestDraft {
  holdUntil: string;
  /** The tenant's id, typed to confirm. */
  typed: string;
}

function LifecycleForm({ id, action }: { readonly id: string; readonly action: Action }) {
  const FORM = `console-form-${action}-${id}`;
  const { title, about } = ACTIONS[action];
  const isEnd = action === "decommission";
  const offered = useQuery(options);
  const present = useQuery(tenant(id));
  const form = useStoredForm<Draft>(FORM, {
    approver: "",
    reason: "",
    requestId: newRequestId(action),
    holdUntil: "",
    typed: "",
  });
  const holdUntil = useWatch({ control: form.control, name: "holdUntil" });
  const asked = { action, tenant: id, ...(isEnd && holdUntil !== "" && { holdUntil }) };
  const check = useQuery(preflight(useDebounced(asked)));
  const send = useSendRequest(FORM, () => form.setValue("requestId", newRequestId(action)));
  const submit = form.handleSubmit(({ approver, reason, requestId }) =>
    send.mutate({ ...asked, id: requestId, approver, reason: reason.trim() }),
  );
  const { errors } = form.formState;
  const name = present.data?.displayName ?? id;
  return (
    <FormProvider {...form}>
      <PageHeader
        title={`${title} ${name}`}
        above={
          <AppLink to="/tenants/$id/overview" params={{ id }}>
            {name}
          </AppLink>
        }
        below={about}
      />
      <RequestForm onSubmit={submit}>
        <Panel
          title="What it does"
          isLoading={check.isPending}
          error={check.data === undefined ? check.error : null}
          onRetry={() => void check.refetch()}
        >
          {check.data !== undefined && <PreflightResult result={check.data} tenant={id} show="diff" />}
        </Panel>
        <Panel
          title="Request"
          isLoading={offered.isPending}
          error={offered.data === undefined ? offered.error : null}
          onRetry={() => void offered.refetch()}
        >
          {offered.data !== undefined && (
            <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
              {isEnd && (
                <TextField
                  {...form.register("holdUntil")}
                  type="date"
                  label="Keep the data until"
                  helperText="First day (UTC) on which it may be deleted. Empty: 30 days after the last day of approval"
                  slotProps={{ inputLabel: { shrink: true } }}
                />
              )}
              <RequestFields approvers={offered.data.approvers} />
              {isEnd && (
                <TextField
                  {...form.register("typed", {
                    validate: (value) => value.trim() === id || `Type ${id} to confirm`,
                  })}
                  label="Type the tenant’s id to confirm"
                  autoComplete="off"
                  error={errors.typed !== undefined}
                  helperText={errors.typed?.message ?? id}
                />
              )}
              <SendRequest send={send} isReady={check.data?.ok === true} color={isEnd ? "error" : "primary"}>
                <ButtonLink to="/tenants/$id/overview" params={{ id }} color="inherit" onClick={() => forgetForm(FORM)}>
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
