import CloudOff from "@mui/icons-material/CloudOffOutlined";
import HelpOutline from "@mui/icons-material/HelpOutlineOutlined";
import History from "@mui/icons-material/HistoryOutlined";
import Box from "@mui/material/Box";
import type { Source } from "../../api/common.ts";
import { sourceName } from "../lib/sourceWords.ts";
import { Time } from "./Time.tsx";

const LOOKS = {
  stale: { icon: History, word: "not up to date", color: "warning.main" },
  failed: { icon: CloudOff, word: "not readable", color: "error.main" },
  missing: { icon: HelpOutline, word: "not connected", color: "text.secondary" },
} as const;

/** Says which of a panel's sources are missing, failed or out of date; nothing if all are fresh. */
export function SourceNotes({ sources }: { readonly sources: readonly Source[] }) {
  const notes = sources.flatMap((source) => (source.state === "fresh" ? [] : [{ ...source, state: source.state }]));
  if (notes.length === 0) return null;
  return (
    <Box
      component="ul"
      aria-label="Limits of this data"
      sx={{ listStyle: "none", m: 0, p: 0, mb: 1.5, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 0.5 }}
    >
      {notes.map(({ name, state, problem, asOf, readAt }) => {
        const { icon: Icon, word, color } = LOOKS[state];
        const at = asOf ?? readAt;
        return (
          <Box component="li" key={name} sx={{ display: "flex", gap: 1, fontSize: "0.8125rem" }}>
            <Icon aria-hidden fontSize="small" sx={{ color, mt: "1px" }} />
            <span>
              <strong>{sourceName(name)}</strong>, {word}
              {at !== undefined && (
                <>
                  {" "}
                  (last read <Time at={at} />)
                </>
              )}
              {problem === undefined ? "." : `: ${problem}`}
            </span>
          </Box>
        );
      })}
    </Box>
  );
}
