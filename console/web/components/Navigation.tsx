import Assignment from "@mui/icons-material/DifferenceOutlined";
import Dashboard from "@mui/icons-material/SpaceDashboardOutlined";
import Domain from "@mui/icons-material/DomainOutlined";
import Policy from "@mui/icons-material/PolicyOutlined";
import Receipt from "@mui/icons-material/ReceiptLongOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Link } from "@tanstack/react-router";
import type { ElementType } from "react";
import type { Action } from "../../api/access.ts";
import { useMay } from "../lib/useSession.ts";

interface Entry {
  readonly label: string;
  readonly to: "/" | "/tenants" | "/requests" | "/billing" | "/audit";
  readonly icon: ElementType;
  readonly action: Action;
  readonly isExact?: boolean;
}

const GROUPS: readonly { readonly name: string; readonly entries: readonly Entry[] }[] = [
  {
    name: "Fleet",
    entries: [
      { label: "Dashboard", to: "/", icon: Dashboard, action: "dashboard:read", isExact: true },
      { label: "Tenants", to: "/tenants", icon: Domain, action: "fleet:read" },
      { label: "Requests", to: "/requests", icon: Assignment, action: "request:read" },
    ],
  },
  {
    name: "Money",
    entries: [{ label: "Billing", to: "/billing", icon: Receipt, action: "billing:read" }],
  },
  { name: "Oversight", entries: [{ label: "Audit log", to: "/audit", icon: Policy, action: "audit:read" }] },
];

/** The console's pages, by job, as far as the person may see them. */
export function Navigation({ onNavigate }: { readonly onNavigate?: () => void }) {
  const may = useMay();
  return (
    <Box component="nav" aria-label="Main" sx={{ px: 1.5, py: 2 }}>
      {GROUPS.map(({ name, entries }) => ({ name, entries: entries.filter(({ action }) => may(action)) }))
        .filter(({ entries }) => entries.length > 0)
        .map(({ name, entries }) => (
          <Box key={name} sx={{ mb: 2.5 }}>
            <Typography
              component="h2"
              variant="caption"
              sx={{ px: 1.5, mb: 0.5, display: "block", color: "text.secondary", fontWeight: 600 }}
            >
              {name}
            </Typography>
            <Box
              component="ul"
              sx={{
                listStyle: "none",
                m: 0,
                p: 0,
                display: "grid",
                gap: 0.25,
                "& a": {
                  display: "flex",
                  alignItems: "center",
                  gap: 1.5,
                  px: 1.5,
                  minHeight: 40,
                  borderRadius: 1,
                  color: "text.primary",
                  textDecoration: "none",
                  fontSize: "0.875rem",
                  fontWeight: 500,
                },
                "& a:hover": { bgcolor: "action.hover" },
                "& a[aria-current]": {
                  bgcolor: "rgba(var(--mui-palette-primary-mainChannel) / 0.1)",
                  color: "primary.main",
                  fontWeight: 650,
                },
              }}
            >
              {entries.map(({ label, to, icon: Icon, isExact = false }) => (
                <li key={label}>
                  <Link
                    to={to}
                    activeOptions={{ exact: isExact, includeSearch: false }}
                    activeProps={{ "aria-current": "page" }}
                    {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
                  >
                    <Icon aria-hidden fontSize="small" />
                    {label}
                  </Link>
                </li>
              ))}
            </Box>
          </Box>
        ))}
    </Box>
  );
}
