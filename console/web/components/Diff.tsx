import Box from "@mui/material/Box";
import { Preformatted } from "./Preformatted.tsx";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

const LOOKS = {
  added: { color: "success.main", bgcolor: "rgba(var(--mui-palette-success-mainChannel) / 0.08)", word: "added: " },
  removed: { color: "error.main", bgcolor: "rgba(var(--mui-palette-error-mainChannel) / 0.08)", word: "removed: " },
  heading: { color: "text.secondary", bgcolor: "transparent", word: "" },
  same: { color: "text.primary", bgcolor: "transparent", word: "" },
} as const;

function kindOf(line: string): keyof typeof LOOKS {
  if (/^(?:\+\+\+|---|@@|diff |Index: |={9}|index |new file|deleted file)/.test(line)) return "heading";
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}

/** The difference of a file, as git prints it. */
export function Diff({ text, label = "Changed lines" }: { readonly text: string; readonly label?: string }) {
  return (
    <Preformatted label={label} padding={{ py: 1.5 }}>
      <Box sx={{ width: "max-content", minWidth: "100%" }}>
        {text
          .replace(/\n$/, "")
          .split("\n")
          .map((line, index) => {
            const { color, bgcolor, word } = LOOKS[kindOf(line)];
            return (
              // Lines of a text have no other identity than their place.
              <Box key={index} sx={{ px: 2, minHeight: "1.6em", color, bgcolor }}>
                {word !== "" && <VisuallyHidden>{word}</VisuallyHidden>}
                {line}
              </Box>
            );
          })}
      </Box>
    </Preformatted>
  );
}
