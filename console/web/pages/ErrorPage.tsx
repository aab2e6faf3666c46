import Button from "@mui/material/Button";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { PageHeader } from "../components/PageHeader.tsx";
import { ProblemAlert } from "../components/ProblemAlert.tsx";

/** What is shown when a page fails. */
export function ErrorPage({ error: cause, reset }: ErrorComponentProps) {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const isOldVersion = /dynamically imported module|importing a module/i.test(error.message);
  return (
    <>
      <PageHeader title={isOldVersion ? "A new version was installed" : "This page failed"} />
      {isOldVersion ? (
        <Button variant="contained" onClick={() => location.reload()}>
          Load the new version
        </Button>
      ) : (
        <ProblemAlert
          error={error}
          what="The page failed. What you entered in a form is kept. If it fails again, report this message."
          onRetry={reset}
        />
      )}
    </>
  );
}
