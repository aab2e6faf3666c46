import { PageHeader } from "../components/PageHeader.tsx";

/** To be written. */
export function RequestPage() {
  return <PageHeader title="To be written" />;
}
