import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { FormProvider, useWatch } from "react-hook-form";
import { AppLink } from "../components/AppLink.tsx";
import { Diagnostics } from "../components/Diagnostics.tsx";
import { DraftSummary } from "../components/DraftSummary.tsx";
import { PageHeader } from "../components/PageHeader.tsx";
import { Panel } from "../components/Panel.tsx";
import { PreflightResult } from "../components/PreflightResult.tsx";
import { ProblemAlert } from "../components/ProblemAlert.tsx";
import { WizardSteps } from "../components/WizardSteps.tsx";
import { PlanChoice } from "../components/form/PlanChoice.tsx";
import { RequestFields } from "../components/form/RequestFields.tsx";
import { WhatFields } from "../components/form/WhatFields.tsx";
import { WhereFields } from "../components/form/WhereFields.tsx";
import { WhoFields } from "../components/form/WhoFields.tsx";
import { DiagnosticsContext } from "../lib/diagnostics.ts";
import { options, preflight } from "../lib/queries.ts";
import type { Options } from "../lib/options.ts";
import type { RequestDraft } from "../lib/requestDraft.ts";
import { newRequestId } from "../lib/requestId.ts";
import { draftOf, fileOf, problemsAt } from "../lib/tenantDraft.ts";
import type { TenantDraft } from "../lib/tenantDraft.ts";
import { useDebounced } from "../lib/useDebounced.ts";
import { useMay } from "../lib/useSession.ts";
import { useSendRequest } from "../lib/useSendRequest.ts";
import { forgetForm, useStoredForm } from "../lib/useStoredForm.ts";
import { WIZARD_STEPS } from "../lib/wizardSteps.ts";
import { ForbiddenPage } from "./ForbiddenPage.tsx";

const FORM = "console-form-create";
const KEYS = ["displayName", "owner", "company", "bundles", "modules", "plan", "environments"];

interface WizardDraft extends TenantDraft, RequestDraft {
  step: number;
  /** Furthest step so far. */
  reached: number;
}

/** Asks for a new tenant, step by step. */
export function NewTenantPage() {
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({ ...options, enabled: may("request:create") });
  if (!may("request:create")) return <ForbiddenPage action="request:create" />;
  return (
    <>
      <PageHeader title="New tenant" above={<AppLink to="/tenants">Tenants</AppLink>} />
      {data === undefined ? (
        <Panel title="What can be chosen" isLoading={isPending} error={error} onRetry={() => void refetch()} />
      ) : (
        <Wizard options={data} />
      )}
    </>
  );
}

/** What the preflight is asked about a draft. */
function inputOf(draft: TenantDraft) {
  return { action: "create" as const, tenant: draft.id.trim(), file: { ...fileOf(draft) } };
}

/** The form before anything is entered. A new tenant begins in the first environment, on the plan that files have by default. */
function emptyDraft({ environments, plans }: Options): WizardDraft {
  const names = environments.map(({ name }) => name);
  const plan = plans.find(({ name }) => name === "standard")?.name ?? plans[0]?.name;
  return {
    ...draftOf("", { plan, environments: Object.fromEntries(names.slice(0, 1).map((name) => [name, {}])) }, names),
    approver: "",
    reason: "",
    requestId: newRequestId("create"),
    step: 0,
    reached: 0,
  };
}

function Wizard({ options: offered }: { readonly options: Options }) {
  const client = useQueryClient();
  const heading = useRef<HTMLDivElement>(null);
  const form = useStoredForm<WizardDraft>(FORM, emptyDraft(offered));
  const send = useSendRequest(FORM, () => form.setValue("requestId", newRequestId("create")));
  const draft = useWatch({ control: form.control, compute: (values: WizardDraft) => values });
  const { step, reached } = draft;
  const check = useQuery(preflight(useDebounced(inputOf(draft))));
  const [isShown, setShown] = useState(step < reached);
  const [failure, setFailure] = useState<Error>();
  const here = WIZARD_STEPS[step] ?? WIZARD_STEPS[0];
  const diagnostics = check.data?.diagnostics ?? [];
  const atFields = isShown ? diagnostics : [];
  /** Problems of steps behind this one, which what was entered since has brought up. */
  const behind = WIZARD_STEPS.slice(0, step).flatMap(({ label, paths }, index) => {
    const found = problemsAt(diagnostics, paths);
    return found.length === 0 || here.name === "check" ? [] : [{ label, index, found }];
  });

  const open = (next: number) => {
    form.setValue("step", next);
    form.setValue("reached", Math.max(reached, next));
    setShown(next < reached);
    setFailure(undefined);
    requestAnimationFrame(() => {
      heading.current?.focus();
      heading.current?.scrollIntoView({ block: "nearest" });
    });
  };
  /** Goes on if what the step asks for is in order; the other steps' problems come later. */
  const goOn = async () => {
    try {
      const result = await client.query(preflight(inputOf(form.getValues())));
      const asked = WIZARD_STEPS.slice(0, step + 1).flatMap(({ paths }) => paths);
      const wrong = here.name === "check" ? result.diagnostics : problemsAt(result.diagnostics, asked);
      setFailure(undefined);
      if (wrong.length === 0) {
        open(step + 1);
        return;
      }
      setShown(true);
      requestAnimationFrame(() => heading.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const submit = form.handleSubmit(({ approver, reason, requestId, ...values }) =>
    send.mutate({ ...inputOf(values), id: requestId, approver, reason: reason.trim() }),
  );
  const isLast = step === WIZARD_STEPS.length - 1;

  return (
    <FormProvider {...form}>
      <DiagnosticsContext value={atFields}>
        <WizardSteps current={step} reached={reached} onOpen={open} />
        <Box
          component="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void (isLast ? submit() : goOn());
          }}
          sx={{
            display: "grid",
            gap: 2.5,
            alignItems: "start",
            gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 320px" },
          }}
        >
          <Box
            ref={heading}
            tabIndex={-1}
            sx={{ display: "grid", gap: 2.5, scrollMarginTop: "72px", "&:focus": { outline: "none" } }}
          >
            <Panel title={here.label} subtitle={`step ${step + 1} of ${WIZARD_STEPS.length}`}>
              <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
                {behind.map(({ label, index, found }) => (
                  <Box key={label} sx={{ display: "grid", gap: 1, justifyItems: "start" }}>
                    <Diagnostics diagnostics={found} />
                    <Button size="small" onClick={() => open(index)}>
                      Open the step “{label}”
                    </Button>
                  </Box>
                ))}
                {here.name === "who" && (
                  <>
                    <Diagnostics diagnostics={atFields.filter(({ path }) => path === "")} />
                    <WhoFields options={offered} isNew keys={KEYS} />
                  </>
                )}
                {here.name === "what" && <WhatFields options={offered} keys={KEYS} />}
                {here.name === "size" && <PlanChoice plans={offered.plans} />}
                {here.name === "where" && <WhereFields options={offered} />}
                {here.name === "check" &&
                  (check.data === undefined ? (
                    "Checking …"
                  ) : (
                    <PreflightResult result={check.data} tenant={draft.id} show="file" />
                  ))}
                {here.name === "request" && <RequestFields approvers={offered.approvers} />}
              </Box>
            </Panel>
            {failure !== undefined && <ProblemAlert error={failure} what="The check failed" />}
            {send.error !== null && <ProblemAlert error={send.error} what="The request was not sent" />}
            <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
              <Button disabled={step === 0} variant="outlined" onClick={() => open(step - 1)}>
                Back
              </Button>
              <Button type="submit" variant="contained" loading={send.isPending}>
                {isLast ? "Send the request" : "Next"}
              </Button>
              <Box sx={{ flexGrow: 1 }} />
              <Button
                color="inherit"
                onClick={() => {
                  form.reset(emptyDraft(offered));
                  forgetForm(FORM);
                  setShown(false);
                }}
              >
                Start again
              </Button>
            </Box>
          </Box>
          <Box sx={{ position: { lg: "sticky" }, top: 80 }}>
            <DraftSummary
              result={check.data}
              error={check.error}
              isChecking={check.isFetching}
              name={draft.displayName || draft.id}
            />
          </Box>
        </Box>
      </DiagnosticsContext>
    </FormProvider>
  );
}
