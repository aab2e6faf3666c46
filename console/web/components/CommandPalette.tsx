import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import InputBase from "@mui/material/InputBase";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Action } from "../../api/access.ts";
import { HIDDEN } from "../lib/hidden.ts";
import { search } from "../lib/queries.ts";
import { useMay } from "../lib/useSession.ts";

interface Entry {
  readonly kind: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly to: string;
}

const PAGES: readonly (Entry & { readonly action: Action })[] = [
  { kind: "page", title: "Dashboard", to: "/", action: "dashboard:read" },
  { kind: "page", title: "Tenants", to: "/tenants", action: "fleet:read" },
  { kind: "page", title: "New tenant", to: "/tenants/new", action: "request:create" },
  { kind: "page", title: "Requests", to: "/requests", action: "request:read" },
  { kind: "page", title: "Audit log", to: "/audit", action: "audit:read" },
];

/** Finds pages, tenants, requests, modules and runbooks by name, from the keyboard. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const may = useMay();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const words = useDeferredValue(text.trim());
  const { data, error, isFetching } = useQuery(search(words));

  const pages = PAGES.filter(
    ({ title, action }) => may(action) && title.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const entries: readonly Entry[] = [...pages, ...(words === "" ? [] : (data?.results ?? []))];
  const active = Math.min(chosen, entries.length - 1);

  const open = ({ to }: Entry) => {
    onClose();
    if (to.startsWith("/")) router.history.push(to);
    else window.open(to, "_blank", "noreferrer");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((active + step + entries.length) % Math.max(entries.length, 1));
    }
    const entry = entries[active];
    if (event.key === "Enter" && entry !== undefined) open(entry);
  };
  const option = (index: number) => `palette-option-${index}`;

  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      aria-labelledby="palette-title"
      sx={{ "& .MuiDialog-container": { alignItems: "flex-start" } }}
    >
      <Box component="h2" id="palette-title" sx={HIDDEN}>
        Search
      </Box>
      <InputBase
        autoFocus
        fullWidth
        placeholder="Tenant, request, module or runbook"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        inputProps={{
          role: "combobox",
          "aria-label": "Search for a page, a tenant or a request",
          "aria-expanded": true,
          "aria-controls": "palette-options",
          "aria-autocomplete": "list",
          ...(active >= 0 ? { "aria-activedescendant": option(active) } : {}),
        }}
        sx={{ px: 2.5, py: 1.5, fontSize: "1rem", borderBottom: 1, borderColor: "divider" }}
      />
      <Box
        component="ul"
        id="palette-options"
        role="listbox"
        aria-label="Results"
        sx={{ listStyle: "none", m: 0, p: 1, maxHeight: "50vh", overflowY: "auto" }}
      >
        {entries.map((entry, index) => (
          <Box
            component="li"
            key={`${entry.kind} ${entry.to} ${entry.title}`}
            id={option(index)}
            role="option"
            aria-selected={index === active}
            onClick={() => open(entry)}
            onMouseMove={() => setChosen(index)}
            sx={{
              display: "flex",
              alignItems: "baseline",
              gap: 1.5,
              px: 1.5,
              py: 1,
              borderRadius: 1,
              cursor: "pointer",
              "&[aria-selected=true]": { bgcolor: "action.selected" },
            }}
          >
            <Box component="span" sx={{ fontWeight: 550 }}>
              {entry.title}
            </Box>
            <Box component="span" sx={{ color: "text.secondary", fontSize: "0.8125rem", flexGrow: 1 }}>
              {entry.detail}
            </Box>
            <Box component="span" sx={{ color: "text.secondary", fontSize: "0.75rem" }}>
              {entry.kind}
            </Box>
          </Box>
        ))}
      </Box>
      <Typography role="status" variant="body2" color="textSecondary" sx={{ px: 2.5, pb: 1.5 }}>
        {error !== null
          ? `The search failed: ${error.message}`
          : entries.length > 0
            ? "↑ ↓ to choose, Enter to open, Esc to close"
            : isFetching
              ? "Searching …"
              : `Nothing matches “${text}”.`}
      </Typography>
    </Dialog>
  );
}
