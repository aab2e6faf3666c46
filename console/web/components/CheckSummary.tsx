import Box from "@mui/material/Box";
import type { Request } from "../../api/requests.ts";
import { MONO } from "../theme.ts";

/** What came of a check in a line, with all that it printed behind it. */
export function CheckSummary({ check: { name, title, summary } }: { readonly check: Request["checks"][number] }) {
  const isMore = summary !== undefined && summary !== title;
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 0.5 }}>
      {title !== undefined && <span>{title}</span>}
      {isMore && (
        <details>
          <Box component="summary" sx={{ cursor: "pointer", color: "text.secondary" }}>
            All that {name} printed
          </Box>
          <Box
            component="pre"
            tabIndex={0}
            role="region"
            aria-label={`What ${name} printed`}
            sx={{ m: 0, mt: 1, maxHeight: 400, overflow: "auto", fontFamily: MONO, fontSize: "0.8125rem" }}
          >
            {summary}
          </Box>
        </details>
      )}
    </Box>
  );
}
