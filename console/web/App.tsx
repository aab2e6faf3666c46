import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useMemo } from "react";
import { SessionGate } from "./components/SessionGate.tsx";
import { about } from "./lib/queries.ts";
import type { createConsoleRouter } from "./router.tsx";
import { brandTheme } from "./theme.ts";

interface Props {
  readonly queryClient: QueryClient;
  readonly router: ReturnType<typeof createConsoleRouter>;
}

/** The console. */
export function App({ queryClient, router }: Props) {
  return (
    <QueryClientProvider client={queryClient}>
      <Themed>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      </Themed>
    </QueryClientProvider>
  );
}

function Themed({ children }: { readonly children: React.ReactNode }) {
  const { data } = useQuery(about);
  const theme = useMemo(() => brandTheme(data?.brand ?? {}), [data?.brand]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline enableColorScheme />
      {children}
    </ThemeProvider>
  );
}
