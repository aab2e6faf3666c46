import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import type { ReactNode } from "react";
import type { Source } from "../../api/common.ts";
import { ProblemAlert } from "./ProblemAlert.tsx";
import { SourceNotes } from "./SourceNotes.tsx";

interface Props {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly isLoading?: boolean;
  readonly error?: Error | null;
  readonly onRetry?: () => void;
  /** What an empty panel shows instead of its content: says what to do. */
  readonly empty?: ReactNode;
  readonly sources?: readonly Source[];
  /** Whether the content reaches the panel's edges, as a table does. */
  readonly isFlush?: boolean;
  readonly children?: ReactNode;
}

/** A part of a page in one of five states: loading, failed, empty, partial or stale (with notes), or complete. */
export function Panel(props: Props) {
  const { title, subtitle, actions, isLoading = false, error, onRetry, empty, sources = [], isFlush = false } = props;
  const id = useId();
  const content = () => {
    if (error) return <ProblemAlert error={error} what={`Could not load: ${title}`} onRetry={onRetry} />;
    if (isLoading) {
      return (
        <Box role="status" aria-label={`Loading: ${title}`}>
          {[100, 90, 70].map((width) => (
            <Skeleton key={width} sx={{ width: `${width}%`, height: 28 }} />
          ))}
        </Box>
      );
    }
    return undefined;
  };
  const instead = content();
  const isInset = instead !== undefined || empty !== undefined;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ minWidth: 0, display: "flex", flexDirection: "column" }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 1.5, px: 2.5, pt: 2, pb: 1.5 }}>
        <Typography id={id} variant="h2">
          {title}
        </Typography>
        {subtitle !== undefined && (
          <Typography variant="body2" color="textSecondary" sx={{ flexGrow: 1 }}>
            {subtitle}
          </Typography>
        )}
        {actions}
      </Box>
      {instead === undefined && sources.some(({ state }) => state !== "fresh") && (
        <Box sx={{ px: 2.5 }}>
          <SourceNotes sources={sources} />
        </Box>
      )}
      <Box sx={{ px: isFlush && !isInset ? 0 : 2.5, pb: isFlush && !isInset ? 0 : 2.5, minWidth: 0, flexGrow: 1 }}>
        {instead ?? (empty === undefined ? props.children : <Typography color="textSecondary">{empty}</Typography>)}
      </Box>
    </Paper>
  );
}
