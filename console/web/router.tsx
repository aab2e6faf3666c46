import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { RouterHistory } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { Shell } from "./components/Shell.tsx";
import { pageNumber, readTenantSearch, withoutUndefined } from "./lib/tenantSearch.ts";
import { ErrorPage } from "./pages/ErrorPage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";

const root = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({ component: Shell });

const paged = (raw: Readonly<Record<string, unknown>>): { page?: number } => {
  const page = pageNumber(raw["page"]);
  return page === 1 ? {} : { page };
};
const word = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 100) : undefined);

const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/HomePage.tsx"), "HomePage"),
});
const tenants = createRoute({
  getParentRoute: () => root,
  path: "/tenants",
  validateSearch: readTenantSearch,
  component: lazyRouteComponent(() => import("./pages/TenantsPage.tsx"), "TenantsPage"),
});
const newTenant = createRoute({
  getParentRoute: () => root,
  path: "/tenants/new",
  component: lazyRouteComponent(() => import("./pages/NewTenantPage.tsx"), "NewTenantPage"),
});
const changeTenant = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$id/change",
  component: lazyRouteComponent(() => import("./pages/ChangeTenantPage.tsx"), "ChangeTenantPage"),
});
const lifecycle = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$id/ask/$action",
  component: lazyRouteComponent(() => import("./pages/LifecyclePage.tsx"), "LifecyclePage"),
});
const tenant = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$id",
  component: lazyRouteComponent(() => import("./pages/TenantPage.tsx"), "TenantPage"),
});
const tenantHome = createRoute({
  getParentRoute: () => tenant,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/TenantOverviewPage.tsx"), "TenantOverviewPage"),
});
const overview = createRoute({
  getParentRoute: () => tenant,
  path: "/overview",
  component: lazyRouteComponent(() => import("./pages/TenantOverviewPage.tsx"), "TenantOverviewPage"),
});
const changes = createRoute({
  getParentRoute: () => tenant,
  path: "/changes",
  validateSearch: paged,
  component: lazyRouteComponent(() => import("./pages/TenantChangesPage.tsx"), "TenantChangesPage"),
});
const modules = createRoute({
  getParentRoute: () => tenant,
  path: "/modules",
  validateSearch: (raw: Readonly<Record<string, unknown>>): { q?: string; show?: "features"; coverage?: string } => ({
    ...withoutUndefined({ q: word(raw["q"]), coverage: word(raw["coverage"]) }),
    ...(raw["show"] === "features" ? { show: "features" } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/TenantModulesPage.tsx"), "TenantModulesPage"),
});
const infra = createRoute({
  getParentRoute: () => tenant,
  path: "/infra",
  validateSearch: (raw: Readonly<Record<string, unknown>>): { q?: string; part?: string } =>
    withoutUndefined({ q: word(raw["q"]), part: word(raw["part"]) }),
  component: lazyRouteComponent(() => import("./pages/TenantInfraPage.tsx"), "TenantInfraPage"),
});
const data = createRoute({
  getParentRoute: () => tenant,
  path: "/data",
  component: lazyRouteComponent(() => import("./pages/TenantDataPage.tsx"), "TenantDataPage"),
});
const access = createRoute({
  getParentRoute: () => tenant,
  path: "/access",
  component: lazyRouteComponent(() => import("./pages/TenantAccessPage.tsx"), "TenantAccessPage"),
});
const rotate = createRoute({
  getParentRoute: () => root,
  path: "/tenants/$id/rotate",
  component: lazyRouteComponent(() => import("./pages/RotatePage.tsx"), "RotatePage"),
});
const money = createRoute({
  getParentRoute: () => tenant,
  path: "/money",
  component: lazyRouteComponent(() => import("./pages/TenantMoneyPage.tsx"), "TenantMoneyPage"),
});
const requests = createRoute({
  getParentRoute: () => root,
  path: "/requests",
  validateSearch: (raw: Readonly<Record<string, unknown>>): { state?: "all"; tenant?: string; page?: number } => ({
    ...paged(raw),
    ...(raw["state"] === "all" ? { state: "all" } : {}),
    ...withoutUndefined({ tenant: word(raw["tenant"]) }),
  }),
  component: lazyRouteComponent(() => import("./pages/RequestsPage.tsx"), "RequestsPage"),
});
const request = createRoute({
  getParentRoute: () => root,
  path: "/requests/$id",
  component: lazyRouteComponent(() => import("./pages/RequestPage.tsx"), "RequestPage"),
});
const billing = createRoute({
  getParentRoute: () => root,
  path: "/billing",
  validateSearch: (raw: Readonly<Record<string, unknown>>): { month?: string } =>
    withoutUndefined({ month: word(raw["month"]) }),
  component: lazyRouteComponent(() => import("./pages/BillingPage.tsx"), "BillingPage"),
});
const billingDocument = createRoute({
  getParentRoute: () => root,
  path: "/billing/documents/$id",
  component: lazyRouteComponent(() => import("./pages/BillingDocumentPage.tsx"), "BillingDocumentPage"),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: (raw: Readonly<Record<string, unknown>>): { actor?: string; page?: number } => ({
    ...paged(raw),
    ...withoutUndefined({ actor: word(raw["actor"]) }),
  }),
  component: lazyRouteComponent(() => import("./pages/AuditPage.tsx"), "AuditPage"),
});

const routeTree = root.addChildren([
  dashboard,
  tenants,
  newTenant,
  changeTenant,
  lifecycle,
  rotate,
  tenant.addChildren([tenantHome, overview, changes, modules, infra, data, access, money]),
  requests,
  request,
  billing,
  billingDocument,
  audit,
]);

/** The console's pages by their addresses. */
export function createConsoleRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ErrorPage,
    defaultPreload: "intent",
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
