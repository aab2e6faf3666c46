import Box from "@mui/material/Box";
import type { Alert } from "../../api/watch.ts";
import { Severity } from "./Severity.tsx";
import { Time } from "./Time.tsx";

/** A tenant's alerts, with what silences them and what to do. */
export function AlertList({ alerts }: { readonly alerts: readonly Alert[] }) {
  return (
    <Box
      component="ul"
      sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}
    >
      {alerts.map(({ fingerprint, severity, summary, description, environment, since, state, silence, runbook }) => (
        <Box component="li" key={fingerprint} sx={{ display: "grid", gridTemplateColumns: "96px minmax(0, 1fr)" }}>
          <Severity level={severity} />
          <Box>
            <Box sx={{ fontWeight: 550 }}>{summary}</Box>
            <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
              {environment === undefined ? "Since" : `In ${environment} since`} <Time at={since} />.
              {description !== undefined && ` ${description}`}
              {state === "silenced" && ` ${silence ?? "Silenced"}.`}
              {state === "inhibited" && " Another alert says the same already."}
              {runbook !== undefined && (
                <>
                  {" Runbook: "}
                  <code>{runbook}</code>
                </>
              )}
            </Box>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
