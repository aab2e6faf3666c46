import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import type { useSendRequest } from "../../lib/useSendRequest.ts";
import { ProblemAlert } from "../ProblemAlert.tsx";

interface Props {
  readonly send: ReturnType<typeof useSendRequest>;
  /** Whether what is asked for was checked, and may be. */
  readonly isReady: boolean;
  /** @default primary */
  readonly color?: "primary" | "error";
  /** The way out of the form. */
  readonly children: ReactNode;
}

/** The end of a form: sends the request, and says why it was not sent. */
export function SendRequest({ send, isReady, color = "primary", children }: Props) {
  return (
    <>
      {send.error !== null && <ProblemAlert error={send.error} what="The request was not sent" />}
      <Box sx={{ display: "flex", gap: 1, flexWrap: "wrap" }}>
        <Button type="submit" variant="contained" color={color} disabled={!isReady} loading={send.isPending}>
          Send the request
        </Button>
        {children}
      </Box>
    </>
  );
}
