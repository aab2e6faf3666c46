import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { monthStateSchema, PeriodState } from "../../api/billing.ts";
import { post } from "../lib/http.ts";
import { useMay } from "../lib/useSession.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";

const WHAT = {
  close: "Could not close the month",
  draft: "Could not draft the month",
  finalise: "Could not make the month final",
} as const;

/** The next steps of a month, for those who may take them. Making it final asks once more. */
export function PeriodSteps({ month, state }: { readonly month: string; readonly state: PeriodState }) {
  const may = useMay();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const step = useMutation({
    mutationFn: (name: keyof typeof WHAT) => post<typeof monthStateSchema>(`/api/billing/${name}`, { month }),
    onSettled: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: ["billing"] });
    },
  });
  const mayDraft = may("billing:draft");
  return (
    <Box sx={{ display: "grid", gap: 1.5, mb: 2.5 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        {mayDraft && state === "open" && (
          <Button variant="outlined" loading={step.isPending} onClick={() => step.mutate("close")}>
            Close the month
          </Button>
        )}
        {mayDraft && (state === "collecting" || state === "draft") && (
          <Button variant="outlined" loading={step.isPending} onClick={() => step.mutate("draft")}>
            {state === "draft" ? "Draft again" : "Draft statements"}
          </Button>
        )}
        {may("billing:finalise") && state === "draft" && !isAsking && (
          <Button variant="contained" onClick={() => setAsking(true)}>
            Make final
          </Button>
        )}
      </Box>
      {isAsking && (
        <Alert
          severity="warning"
          variant="outlined"
          action={
            <>
              <Button color="inherit" onClick={() => setAsking(false)}>
                Cancel
              </Button>
              <Button color="inherit" loading={step.isPending} onClick={() => step.mutate("finalise")}>
                Make {month} final
              </Button>
            </>
          }
        >
          Statements get their numbers and can never be changed again, only credited. Nobody finalises what they
          drafted.
        </Alert>
      )}
      {step.error !== null && <ProblemAlert error={step.error} what={WHAT[step.variables]} />}
    </Box>
  );
}
