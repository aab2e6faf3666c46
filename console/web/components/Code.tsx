import Check from "@mui/icons-material/CheckOutlined";
import ContentCopy from "@mui/icons-material/ContentCopyOutlined";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useState } from "react";
import { Preformatted } from "./Preformatted.tsx";

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
      <Preformatted label={label} padding={{ p: 2, pr: 6 }}>
        {text}
      </Preformatted>
    </Box>
  );
}
