import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { createQueryClient } from "./lib/queryClient.ts";
import { createConsoleRouter } from "./router.tsx";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
const cache = createCache({ key: "css", ...(nonce === undefined ? {} : { nonce }) });
const queryClient = createQueryClient();
const router = createConsoleRouter(queryClient);

// From here on every page brings its own title; the first one in the document counts.
document.querySelector("title")?.remove();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
createRoot(root).render(
  <CacheProvider value={cache}>
    <App queryClient={queryClient} router={router} />
  </CacheProvider>,
);
