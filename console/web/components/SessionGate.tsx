import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReactNode } from "react";
import { Problem } from "../lib/problem.ts";
import { session } from "../lib/queries.ts";
import { setSessionEnded } from "../lib/sessionEnd.ts";
import { SessionContext } from "../lib/useSession.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";
import { SignIn } from "./SignIn.tsx";

/** Shows the console to a person who is logged in, and the log-in to everybody else. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data, error, refetch } = useQuery(session);
  const isLoggedOut = data === undefined && error instanceof Problem && error.status === 401;
  useEffect(() => {
    if (isLoggedOut) setSessionEnded(false);
  }, [isLoggedOut]);
  if (data !== undefined) return <SessionContext value={data}>{children}</SessionContext>;
  if (isLoggedOut) return <SignIn />;
  if (error === null) return <LinearProgress aria-label="Loading the console" />;
  return (
    <Box component="main" sx={{ maxWidth: 640, mx: "auto", p: 3 }}>
      <title>Console</title>
      <ProblemAlert error={error} what="Could not load the console" onRetry={() => void refetch()} />
    </Box>
  );
}
