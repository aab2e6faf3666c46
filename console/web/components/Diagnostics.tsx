import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import type { Diagnostic } from "../../api/common.ts";
import { counted } from "../lib/format.ts";

/** Problems in the words of `npm run validate`. */
export function Diagnostics({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  if (diagnostics.length === 0) return null;
  return (
    <Alert severity="error" variant="outlined">
      <AlertTitle sx={{ fontSize: "0.875rem" }}>
        {counted(diagnostics.length, "problem")} to fix before it can be sent
      </AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {diagnostics.map(({ file, line, column, path, message }) => (
          <li key={`${file} ${line} ${column} ${path} ${message}`}>
            {path !== "" && <code>{path}</code>} {message}{" "}
            <Box component="span" sx={{ color: "text.secondary", fontSize: "0.75rem" }}>
              {file}:{line}:{column}
            </Box>
          </li>
        ))}
      </Box>
    </Alert>
  );
}
