import OpenInNew from "@mui/icons-material/OpenInNew";
import Link from "@mui/material/Link";
import type { ReactNode } from "react";

/** A link that leaves the console. Addresses that are not of the web are printed as text. */
export function OutLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^(?:https?:\/\/|\/)/.test(href)) return <>{children}</>;
  return (
    <Link href={href} target="_blank" rel="noreferrer">
      {children}
      <OpenInNew titleAccess="(opens in a new tab)" sx={{ fontSize: "0.9em", ml: 0.5, verticalAlign: "-0.1em" }} />
    </Link>
  );
}
