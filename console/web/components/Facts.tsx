import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** Names with their values. A value that is not known is said to be so. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: "grid",
        gridTemplateColumns: "fit-content(45%) minmax(0, 1fr)",
        columnGap: 3,
        rowGap: 1,
      }}
    >
      {of.map(([name, value]) => (
        <Box key={name} sx={{ display: "contents" }}>
          <Box component="dt" sx={{ color: "text.secondary" }}>
            {name}
          </Box>
          <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
            {value ?? <Unknown />}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** Stands where a value is not known. */
export function Unknown() {
  return (
    <Box component="span" sx={{ color: "text.secondary", fontStyle: "italic" }}>
      not known
    </Box>
  );
}
