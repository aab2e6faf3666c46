import { PageHeader } from "../components/PageHeader.tsx";

/** To be written. */
export function LifecyclePage() {
  return <PageHeader title="To be written" />;
}
