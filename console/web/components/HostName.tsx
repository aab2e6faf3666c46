import { Fragment } from "react";

/** A host name that breaks at its dots where it is too long for a line. */
export function HostName({ host }: { readonly host: string }) {
  return host.split(".").map((label, index) => (
    <Fragment key={`${index} ${label}`}>
      {index > 0 && (
        <>
          <wbr />.
        </>
      )}
      {label}
    </Fragment>
  ));
}
