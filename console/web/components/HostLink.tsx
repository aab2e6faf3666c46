import { HostName } from "./HostName.tsx";
import { OutLink } from "./OutLink.tsx";

/** A host of a tenant. Pods of a sandbox are simulated, and nothing would answer there: it is text. */
export function HostLink({ host, environment }: { readonly host: string; readonly environment: string }) {
  if (environment === "sandbox") return <HostName host={host} />;
  return <OutLink href={`https://${host}`}>{host}</OutLink>;
}
