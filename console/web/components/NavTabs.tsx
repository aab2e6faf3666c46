import Box from "@mui/material/Box";
import { Link } from "@tanstack/react-router";

interface Props {
  readonly label: string;
  readonly tabs: readonly {
    readonly label: string;
    readonly part: "overview" | "changes" | "modules" | "infra" | "data" | "access" | "money";
  }[];
  /** The tenant's id. */
  readonly id: string;
}

/** Parts of a tenant's page, which have addresses of their own. */
export function NavTabs({ label, tabs, id }: Props) {
  return (
    <Box component="nav" aria-label={label} sx={{ borderBottom: 1, borderColor: "divider", mb: 3, overflowX: "auto" }}>
      <Box
        component="ul"
        sx={{
          listStyle: "none",
          m: 0,
          p: 0,
          display: "flex",
          gap: 1,
          "& a": {
            display: "block",
            px: 1.5,
            py: 1.25,
            color: "text.secondary",
            textDecoration: "none",
            fontWeight: 600,
            fontSize: "0.8125rem",
            borderBottom: 2,
            borderColor: "transparent",
            outlineOffset: "-2px",
            whiteSpace: "nowrap",
          },
          "& a:hover": { color: "text.primary" },
          "& a[aria-current]": { color: "primary.main", borderColor: "primary.main" },
        }}
      >
        {tabs.map(({ label: name, part }) => (
          <li key={name}>
            <Link to={`/tenants/$id/${part}`} params={{ id }} activeProps={{ "aria-current": "page" }}>
              {name}
            </Link>
          </li>
        ))}
      </Box>
    </Box>
  );
}
