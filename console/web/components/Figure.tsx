import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Skeleton from "@mui/material/Skeleton";
import type { ReactNode } from "react";

interface Props {
  readonly label: string;
  /** Undefined: not known, and said to be so. */
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly isLoading?: boolean;
}

/** A figure with its name, and what it is made of. */
export function Figure({ label, value, note, isLoading = false }: Props) {
  return (
    <Paper variant="outlined" sx={{ px: 2.5, py: 2, minWidth: 0 }}>
      <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", fontWeight: 550 }}>{label}</Box>
      {isLoading ? (
        <Skeleton sx={{ width: "60%", height: 48 }} />
      ) : (
        <>
          <Box sx={{ fontSize: "1.5rem", fontWeight: 650, lineHeight: 1.3, my: 0.25, letterSpacing: "-0.01em" }}>
            {value ?? (
              <Box component="span" sx={{ color: "text.secondary", fontWeight: 500 }}>
                Not known
              </Box>
            )}
          </Box>
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{note}</Box>
        </>
      )}
    </Paper>
  );
}
