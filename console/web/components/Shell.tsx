import MenuIcon from "@mui/icons-material/MenuOutlined";
import Search from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Drawer from "@mui/material/Drawer";
import IconButton from "@mui/material/IconButton";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { PAGE_HEADING } from "../lib/pageHeading.ts";
import { about } from "../lib/queries.ts";
import { AppLink } from "./AppLink.tsx";
import { BrandMark } from "./BrandMark.tsx";
import { Navigation } from "./Navigation.tsx";
import { OfflineNote } from "./OfflineNote.tsx";
import { SessionEnded } from "./SessionEnded.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";
import { UserMenu } from "./UserMenu.tsx";

const CommandPalette = lazy(async () => ({ default: (await import("./CommandPalette.tsx")).CommandPalette }));

const MAIN = "main";
const BAR = 56;

/** First two parts of a path: what they name has one heading, which keeps the focus where it is. */
const subject = (path: string) => path.split("/").slice(0, 3).join("/");

/** What is around every page: bar, navigation, command palette. */
export function Shell() {
  const router = useRouter();
  const { data } = useQuery(about);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);

  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, toLocation }) => {
        if (fromLocation === undefined || subject(fromLocation.pathname) === subject(toLocation.pathname)) return;
        document.getElementById(PAGE_HEADING)?.focus();
      }),
    [router],
  );
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPaletteOpen(true);
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, []);

  return (
    <Box sx={{ minHeight: "100vh" }}>
      <Link
        href={`#${MAIN}`}
        sx={{
          position: "fixed",
          top: 8,
          left: 8,
          zIndex: 2000,
          px: 2,
          py: 1,
          bgcolor: "background.paper",
          borderRadius: 1,
          "&:not(:focus)": { clipPath: "inset(50%)" },
        }}
      >
        Skip to the content
      </Link>
      <Box
        component="header"
        sx={{
          position: "sticky",
          top: 0,
          zIndex: 1100,
          height: BAR,
          display: "flex",
          alignItems: "center",
          gap: { xs: 0.5, sm: 1.5 },
          px: { xs: 1, md: 2.5 },
          bgcolor: "background.paper",
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        <IconButton
          aria-label="Open the navigation"
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(true)}
          sx={{ display: { md: "none" } }}
        >
          <MenuIcon />
        </IconButton>
        <AppLink to="/" color="inherit" underline="none" sx={{ display: "flex", minWidth: 0, flexShrink: 1 }}>
          <BrandMark />
        </AppLink>
        {data !== undefined && (
          <Chip label={data.environment} variant="outlined" sx={{ display: { xs: "none", sm: "inline-flex" } }} />
        )}
        <Box sx={{ flexGrow: 1 }} />
        <Button
          variant="outlined"
          color="inherit"
          onClick={() => setPaletteOpen(true)}
          startIcon={<Search />}
          aria-keyshortcuts="Control+K Meta+K"
          sx={{
            display: { xs: "none", sm: "inline-flex" },
            borderColor: "divider",
            color: "text.secondary",
            fontWeight: 400,
            width: { md: 280 },
            justifyContent: "flex-start",
          }}
        >
          <Box component="span" sx={{ flexGrow: 1, textAlign: "left" }}>
            Search
          </Box>
          <Box component="kbd" aria-hidden sx={{ font: "inherit", fontSize: "0.75rem", ml: 2 }}>
            Ctrl K
          </Box>
        </Button>
        <IconButton aria-label="Search" onClick={() => setPaletteOpen(true)} sx={{ display: { sm: "none" } }}>
          <Search fontSize="small" />
        </IconButton>
        <ThemeToggle />
        <UserMenu />
      </Box>
      <Drawer open={isMenuOpen} onClose={() => setMenuOpen(false)} sx={{ "& .MuiDrawer-paper": { width: 264 } }}>
        <Navigation onNavigate={() => setMenuOpen(false)} />
      </Drawer>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "216px minmax(0, 1fr)" } }}>
        <Box
          sx={{
            display: { xs: "none", md: "block" },
            position: "sticky",
            top: BAR,
            height: `calc(100vh - ${BAR}px)`,
            overflowY: "auto",
            borderRight: 1,
            borderColor: "divider",
            bgcolor: "background.paper",
          }}
        >
          <Navigation />
        </Box>
        <Box
          component="main"
          id={MAIN}
          tabIndex={-1}
          sx={{
            width: "100%",
            maxWidth: 1360,
            mx: "auto",
            px: { xs: 2, sm: 3, lg: 4 },
            py: 3,
            "&:focus": { outline: "none" },
          }}
        >
          <OfflineNote />
          <Outlet />
        </Box>
      </Box>
      <SessionEnded />
      {isPaletteOpen && (
        <Suspense>
          <CommandPalette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </Box>
  );
}
