import Check from "@mui/icons-material/CheckOutlined";
import ContentCopy from "@mui/icons-material/ContentCopyOutlined";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { MONO } from "../theme.ts";

/** A text of a file, with a button that copies it. */
export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Box sx={{ position: "relative" }}>
      <Tooltip title={isCopied ? "Copied" : "Copy"}>
        <IconButton
          aria-label={isCopied ? `${label}: copied` : `Copy: ${label}`}
          size="small"
          onClick={() => void copy()}
          sx={{ position: "absolute", top: 8, right: 8, bgcolor: "background.paper" }}
        >
          {isCopied ? <Check fontSize="small" /> : <ContentCopy fontSize="small" />}
        </IconButton>
      </Tooltip>
      <Box
        component="pre"
        tabIndex={0}
        role="region"
        aria-label={label}
        sx={{
          m: 0,
          p: 2,
          pr: 6,
          bgcolor: "background.default",
          borderRadius: 1,
          overflow: "auto",
          maxHeight: 480,
          fontFamily: MONO,
          fontSize: "0.75rem",
          lineHeight: 1.6,
          overflowWrap: "normal",
        }}
      >
        {text}
      </Box>
    </Box>
  );
}
