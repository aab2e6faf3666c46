import CheckCircle from "@mui/icons-material/CheckCircleOutlined";
import CloudOff from "@mui/icons-material/CloudOffOutlined";
import HelpOutline from "@mui/icons-material/HelpOutlineOutlined";
import History from "@mui/icons-material/HistoryOutlined";
import Box from "@mui/material/Box";
import type { Source } from "../../api/common.ts";
import { sourceName } from "../lib/sourceWords.ts";
import { Time } from "./Time.tsx";

const LOOKS = {
  fresh: { icon: CheckCircle, color: "success.main", word: "fresh" },
  stale: { icon: History, color: "warning.main", word: "out of date" },
  failed: { icon: CloudOff, color: "error.main", word: "failed" },
  missing: { icon: HelpOutline, color: "text.secondary", word: "not connected" },
} as const;

/** Where the console's data comes from, and of when it is. */
export function SourceList({ sources }: { readonly sources: readonly Source[] }) {
  return (
    <Box
      component="ul"
      sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.25 }}
    >
      {sources.map(({ name, state, readAt, asOf, problem }) => {
        const { icon: Icon, color, word } = LOOKS[state];
        return (
          <Box component="li" key={name} sx={{ display: "grid", gridTemplateColumns: "20px 1fr", columnGap: 1.25 }}>
            <Icon aria-hidden fontSize="small" sx={{ color, mt: "1px" }} />
            <Box sx={{ minWidth: 0 }}>
              <Box component="span" sx={{ fontWeight: 550 }}>
                {sourceName(name)}
              </Box>{" "}
              <Box component="span" sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
                {word}
                {asOf !== undefined && (
                  <>
                    , as of <Time at={asOf} />
                  </>
                )}
                {readAt === undefined ? (
                  ", never read"
                ) : (
                  <>
                    , read <Time at={readAt} />
                  </>
                )}
              </Box>
              {problem !== undefined && <Box sx={{ fontSize: "0.8125rem" }}>{problem}</Box>}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
