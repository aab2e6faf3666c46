import Box from "@mui/material/Box";
import type { ReactNode } from "react";
import { MONO } from "../theme.ts";

interface Props {
  readonly label: string;
  /** Space around the text, as `sx` has it. */
  readonly padding: { readonly p?: number; readonly pr?: number; readonly py?: number };
  readonly children: ReactNode;
}

/** A text whose lines are not broken, in a box that scrolls by keyboard too. */
export function Preformatted({ label, padding, children }: Props) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{
        m: 0,
        ...padding,
        bgcolor: "background.default",
        borderRadius: 1,
        overflow: "auto",
        maxHeight: 480,
        fontFamily: MONO,
        fontSize: "0.75rem",
        lineHeight: 1.6,
        overflowWrap: "normal",
      }}
    >
      {children}
    </Box>
  );
}
