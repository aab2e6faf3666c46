import { PageHeader } from "../components/PageHeader.tsx";

/** To be written. */
export function ChangeTenantPage() {
  return <PageHeader title="To be written" />;
}
