import { Navigate } from "@tanstack/react-router";
import { useSession } from "../lib/useSession.ts";
import { DashboardPage } from "./DashboardPage.tsx";

/** What a person sees first: the dashboard of the fleet, or the tenant that they administer. */
export function HomePage() {
  const { tenant } = useSession();
  if (tenant === undefined) return <DashboardPage />;
  return <Navigate to="/tenants/$id/overview" params={{ id: tenant }} replace />;
}
