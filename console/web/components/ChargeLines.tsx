import type { z } from "zod";
import type { documentSchema } from "../../api/billing.ts";
import { decimalMoney } from "../lib/format.ts";
import { DataTable } from "./DataTable.tsx";
import type { Column } from "./DataTable.tsx";

/** A line of a document. */
export type ChargeLine = z.output<typeof documentSchema>["lines"][number];

interface Props {
  readonly lines: readonly ChargeLine[];
  readonly currency: string;
  /** Columns after the others. Default: none. */
  readonly more?: readonly Column<ChargeLine>[];
}

/** Lines of charges. */
export function ChargeLines({ lines, currency, more = [] }: Props) {
  const columns: readonly Column<ChargeLine>[] = [
    { key: "name", label: "Charge", isTitle: true, render: ({ name }) => name },
    { key: "days", label: "Days", isShort: true, render: ({ from, to }) => `${from} to ${to}` },
    { key: "quantity", label: "Quantity", align: "right", render: ({ quantity }) => quantity },
    {
      key: "price",
      label: "Price",
      align: "right",
      render: ({ price, baseQuantity }) => `${decimalMoney(price, currency)} per ${baseQuantity}`,
    },
    { key: "amount", label: "Without tax", align: "right", render: ({ amount }) => decimalMoney(amount, currency) },
    ...more,
  ];
  return <DataTable label="Lines" columns={columns} rows={lines} rowKey={({ position }) => String(position)} />;
}
