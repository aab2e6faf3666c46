import Cancel from "@mui/icons-material/CancelOutlined";
import CheckCircle from "@mui/icons-material/CheckCircle";
import Pending from "@mui/icons-material/PendingOutlined";
import Circle from "@mui/icons-material/RadioButtonUncheckedOutlined";
import Box from "@mui/material/Box";
import type { Request } from "../../api/requests.ts";
import { STEP_WORDS } from "../lib/requestWords.ts";
import { Time } from "./Time.tsx";

const LOOKS = {
  done: { icon: CheckCircle, color: "success.main", word: "done" },
  active: { icon: Pending, color: "primary.main", word: "in progress" },
  waiting: { icon: Circle, color: "text.disabled", word: "not yet" },
  failed: { icon: Cancel, color: "error.main", word: "failed" },
} as const;

/** How far a request is. */
export function RequestSteps({ request: { steps, approver, deadline } }: { readonly request: Request }) {
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {steps.map(({ name, state, at, text }, index) => {
        const { icon: Icon, color, word } = LOOKS[state];
        const isLast = index === steps.length - 1;
        return (
          <Box
            component="li"
            key={name}
            {...(state === "active" && { "aria-current": "step" as const })}
            sx={{ display: "grid", gridTemplateColumns: "24px minmax(0, 1fr)", columnGap: 1.5 }}
          >
            <Box sx={{ display: "flex", flexDirection: "column", alignItems: "center" }}>
              <Icon titleAccess={word} sx={{ fontSize: 22, color }} />
              {!isLast && (
                <Box
                  sx={{
                    width: 2,
                    flexGrow: 1,
                    minHeight: 16,
                    bgcolor: state === "done" ? "success.main" : "divider",
                    opacity: 0.6,
                  }}
                />
              )}
            </Box>
            <Box sx={{ pb: isLast ? 0 : 2 }}>
              <Box
                component="span"
                sx={{
                  fontWeight: state === "active" ? 650 : 500,
                  color: state === "waiting" ? "text.secondary" : "text.primary",
                }}
              >
                {STEP_WORDS[name]}
              </Box>
              {at !== undefined && (
                <Box component="span" sx={{ ml: 1.5, color: "text.secondary", fontSize: "0.8125rem" }}>
                  <Time at={at} />
                </Box>
              )}
              {name === "approval" && state === "active" ? (
                <Box sx={{ color: "text.secondary" }}>
                  Waiting for <strong>{approver}</strong>
                  {deadline !== undefined && (
                    <>
                      {" "}
                      until <Time at={deadline} as="full" />
                    </>
                  )}
                </Box>
              ) : (
                text !== undefined && <Box sx={{ color: "text.secondary", whiteSpace: "pre-wrap" }}>{text}</Box>
              )}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
