import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { about } from "../lib/queries.ts";
import { PAGE_HEADING } from "../lib/pageHeading.ts";

interface Props {
  /** Heading, and the document's title. */
  readonly title: string;
  /** What stands above the heading, such as a link to the list. */
  readonly above?: ReactNode;
  /** What stands below the heading. */
  readonly below?: ReactNode;
  readonly actions?: ReactNode;
}

/** Heading of a page, which gets the focus when the page opens. */
export function PageHeader({ title, above, below, actions }: Props) {
  const brand = useQuery(about).data?.brand.name ?? "Console";
  return (
    <Box component="header" sx={{ mb: 3 }}>
      <title>{`${title} · ${brand}`}</title>
      {above !== undefined && <Box sx={{ mb: 0.5, fontSize: "0.8125rem" }}>{above}</Box>}
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}>
        <Typography variant="h1" id={PAGE_HEADING} tabIndex={-1} sx={{ flexGrow: 1, flexBasis: "auto", minWidth: 0 }}>
          {title}
        </Typography>
        {actions !== undefined && <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>{actions}</Box>}
      </Box>
      {below !== undefined && <Box sx={{ mt: 0.5, color: "text.secondary" }}>{below}</Box>}
    </Box>
  );
}
