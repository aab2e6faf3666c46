import { createTheme } from "@mui/material/styles";
import type { Theme } from "@mui/material/styles";
import type { Brand } from "../api/session.ts";
import { readable } from "./lib/color.ts";

const LIGHT = { default: "#f5f7f8", paper: "#ffffff" };
const DARK = { default: "#0f1416", paper: "#161d20" };

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

/** Font of code, ids and hosts. */
export const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** The console's look in a brand's colors, which are moved towards black or white until they can be read. */
export function brandTheme({ primary = "#0b6b75", secondary = "#6b4fa0" }: Partial<Brand>): Theme {
  const backgrounds = { light: [LIGHT.default, LIGHT.paper], dark: [DARK.paper, DARK.default] };
  return createTheme({
    cssVariables: { colorSchemeSelector: "data-scheme" },
    colorSchemes: {
      light: {
        palette: {
          contrastThreshold: 4.5,
          primary: { main: readable(primary, backgrounds.light, 5) },
          secondary: { main: readable(secondary, backgrounds.light, 5) },
          background: LIGHT,
          text: { primary: "#152024", secondary: "#4d5c62" },
          divider: "#dde3e6",
          success: { main: "#1b7340" },
          warning: { main: "#8f5300" },
          error: { main: "#b3261e" },
          info: { main: "#2a5d9f" },
        },
      },
      dark: {
        palette: {
          contrastThreshold: 4.5,
          primary: { main: readable(primary, backgrounds.dark, 6.5) },
          secondary: { main: readable(secondary, backgrounds.dark, 6.5) },
          background: DARK,
          text: { primary: "#e6ecee", secondary: "#a3b1b7" },
          divider: "#2b363b",
          success: { main: "#6cc791" },
          warning: { main: "#e2ad55" },
          error: { main: "#f2938b" },
          info: { main: "#8ab4ea" },
        },
      },
    },
    shape: { borderRadius: 8 },
    typography: {
      fontFamily: SANS,
      fontSize: 14,
      h1: { fontSize: "1.5rem", fontWeight: 650, letterSpacing: "-0.01em", lineHeight: 1.3 },
      h2: { fontSize: "0.9375rem", fontWeight: 650, lineHeight: 1.4 },
      h3: { fontSize: "0.875rem", fontWeight: 650, lineHeight: 1.4 },
      body1: { fontSize: "0.875rem", lineHeight: 1.55 },
      body2: { fontSize: "0.8125rem", lineHeight: 1.5 },
      caption: { fontSize: "0.75rem", lineHeight: 1.45 },
      button: { textTransform: "none", fontWeight: 600, fontSize: "0.8125rem" },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          body: { fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" },
          code: { fontFamily: MONO, fontSize: "0.92em" },
          "*:focus-visible": { outline: "2px solid var(--mui-palette-primary-main)", outlineOffset: "2px" },
          "p a.MuiLink-root": { textDecoration: "underline" },
          "h1:focus-visible": { outline: "none" },
          "@media (prefers-reduced-motion: reduce)": {
            "*, *::before, *::after": {
              animationDuration: "0.01ms !important",
              animationIterationCount: "1 !important",
              transitionDuration: "0.01ms !important",
              scrollBehavior: "auto !important",
            },
          },
        },
      },
      MuiButtonBase: { defaultProps: { disableRipple: true } },
      MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { minHeight: 36 } } },
      MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
      MuiChip: { defaultProps: { size: "small" }, styleOverrides: { root: { fontWeight: 500, borderRadius: 6 } } },
      MuiTextField: { defaultProps: { size: "small", fullWidth: true } },
      MuiFormHelperText: { styleOverrides: { root: { whiteSpace: "pre-line" } } },
      MuiLink: { defaultProps: { underline: "hover" } },
      MuiTableCell: {
        styleOverrides: {
          root: {
            overflowWrap: "break-word",
            paddingBlock: 10,
            paddingInline: 12,
            fontSize: "0.8125rem",
            borderColor: "var(--mui-palette-divider)",
          },
          head: {
            fontWeight: 600,
            color: "var(--mui-palette-text-secondary)",
            fontSize: "0.75rem",
            whiteSpace: "nowrap",
          },
        },
      },
      MuiTooltip: { defaultProps: { describeChild: true } },
      MuiAlert: { styleOverrides: { root: { borderRadius: 8 }, message: { minWidth: 0 } } },
    },
  });
}
