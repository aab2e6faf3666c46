import type { TenantWatch } from "../../api/watch.ts";
import { LATE_SECONDS } from "../../api/alerting.ts";
import { counted } from "../lib/format.ts";
import { Facts } from "./Facts.tsx";
import { Time } from "./Time.tsx";

/** Of when a tenant's reports are, and how the last copy went. */
export function SyncFacts({ sync }: { readonly sync: NonNullable<TenantWatch["sync"]> }) {
  const { dataAsOf, rows, tables, attemptedAt, succeeded, error } = sync;
  const isLate = dataAsOf === undefined || Date.now() - Date.parse(dataAsOf) > LATE_SECONDS * 1000;
  return (
    <Facts
      of={[
        [
          "Reports show data of",
          <span key="at">
            {dataAsOf === undefined ? "no copy has succeeded" : <Time at={dataAsOf} />}
            {isLate && ", which is late"}
          </span>,
        ],
        ["Copied", `${counted(rows, "row")} in ${counted(tables, "table")}`],
        [
          "Last copy",
          <span key="attempt">
            {succeeded ? "succeeded" : "failed"} <Time at={attemptedAt} />
          </span>,
        ],
        ...(error === undefined ? [] : [["Error", error] as const]),
      ]}
    />
  );
}
