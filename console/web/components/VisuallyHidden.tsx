import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import { HIDDEN } from "../lib/hidden.ts";

/** Text for screen readers only. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="span" sx={HIDDEN}>
      {children}
    </Box>
  );
}
