import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { about } from "../lib/queries.ts";

/** Logo and name of the brand. */
export function BrandMark() {
  const { data } = useQuery(about);
  const name = data?.brand.name ?? "Console";
  return (
    <Box
      component="span"
      sx={{ display: "inline-flex", alignItems: "center", gap: 1.25, minWidth: 0, fontWeight: 700 }}
    >
      {data?.brand.logo === undefined ? (
        <Box
          component="svg"
          viewBox="0 0 24 24"
          aria-hidden
          sx={{ width: 24, height: 24, flexShrink: 0, color: "primary.main" }}
        >
          <rect x="2" y="2" width="20" height="20" rx="6" fill="currentColor" />
          <path
            d="M7 9h10M7 12.5h10M7 16h6"
            stroke="var(--mui-palette-background-paper)"
            strokeWidth="1.8"
            strokeLinecap="round"
          />
        </Box>
      ) : (
        <Box component="img" src={data.brand.logo} alt="" sx={{ height: 24, maxWidth: 120, flexShrink: 0 }} />
      )}
      <Box component="span" sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
        {name}
      </Box>
    </Box>
  );
}
