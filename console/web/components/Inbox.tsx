import Box from "@mui/material/Box";
import type { Dashboard } from "../../api/dashboard.ts";
import { AppLink } from "./AppLink.tsx";
import { OutLink } from "./OutLink.tsx";
import { Severity } from "./Severity.tsx";
import { Time } from "./Time.tsx";

type Entry = Dashboard["inbox"][number];

function Title({ entry: { title, request, tenant, link } }: { readonly entry: Entry }) {
  if (request !== undefined) {
    return (
      <AppLink to="/requests/$id" params={{ id: request }}>
        {title}
      </AppLink>
    );
  }
  if (link !== undefined) return <OutLink href={link}>{title}</OutLink>;
  if (tenant !== undefined) {
    return (
      <AppLink to="/tenants/$id/overview" params={{ id: tenant }}>
        {title}
      </AppLink>
    );
  }
  return <>{title}</>;
}

/** What waits for somebody, a row each, the most urgent first. */
export function Inbox({ entries }: { readonly entries: Dashboard["inbox"] }) {
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {entries.map((entry, index) => (
        <Box
          component="li"
          // Two entries may be equal in every field.
          key={index}
          sx={{
            display: "grid",
            gridTemplateColumns: { xs: "1fr auto", sm: "96px 1fr auto" },
            columnGap: 2,
            rowGap: 0.25,
            alignItems: "start",
            px: 2.5,
            py: 1.25,
            borderTop: 1,
            borderColor: "divider",
          }}
        >
          <Severity level={entry.severity} />
          <Box sx={{ minWidth: 0, gridColumn: { xs: "1 / -1", sm: "auto" }, gridRow: { xs: 2, sm: "auto" } }}>
            <Box sx={{ fontWeight: 550 }}>
              <Title entry={entry} />
            </Box>
            {entry.detail !== undefined && (
              <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", whiteSpace: "pre-line" }}>{entry.detail}</Box>
            )}
          </Box>
          <Box sx={{ color: "text.secondary", fontSize: "0.75rem", whiteSpace: "nowrap" }}>
            {entry.at !== undefined && <Time at={entry.at} />}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
