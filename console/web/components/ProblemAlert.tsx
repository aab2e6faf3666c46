import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Problem } from "../lib/problem.ts";

interface Props {
  readonly error: Error;
  /** What was not possible, such as "Could not load the tenants". */
  readonly what: string;
  readonly onRetry?: (() => void) | undefined;
}

/** An error in the server's words, with what to do. */
export function ProblemAlert({ error, what, onRetry }: Props) {
  const { hint, request } = error instanceof Problem ? error : { hint: undefined, request: undefined };
  return (
    <Alert
      severity="error"
      variant="outlined"
      action={
        onRetry !== undefined && (
          <Button color="inherit" size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <AlertTitle sx={{ fontSize: "0.875rem", mb: 0.25 }}>{what}</AlertTitle>
      <Typography sx={{ whiteSpace: "pre-wrap" }}>{error.message}</Typography>
      {hint !== undefined && <Typography color="textSecondary">{hint}</Typography>}
      {request !== undefined && (
        <Typography variant="caption" color="textSecondary">
          Entry in the server&apos;s log: <code>{request}</code>
        </Typography>
      )}
    </Alert>
  );
}
