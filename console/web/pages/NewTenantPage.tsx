import { PageHeader } from "../components/PageHeader.tsx";

/** To be written. */
export function NewTenantPage() {
  return <PageHeader title="To be written" />;
}
