import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { z } from "zod";
import type { billingSchema } from "../../api/billing.ts";
import { calendarDay, decimalMoney } from "../lib/format.ts";
import { DataTable } from "./DataTable.tsx";
import type { Column } from "./DataTable.tsx";

type List = z.output<typeof billingSchema>["prices"][number];
type Price = List["plans"][number] & { readonly currency: string };

const COLUMNS: readonly Column<Price>[] = [
  { key: "plan", label: "Plan", isTitle: true, render: ({ plan }) => plan },
  { key: "month", label: "Per month", align: "right", render: ({ month, currency }) => decimalMoney(month, currency) },
  { key: "paused", label: "Paused", align: "right", render: ({ paused, currency }) => decimalMoney(paused, currency) },
];

/** Dated price lists, with which one holds today. */
export function PriceLists({ lists }: { readonly lists: readonly List[] }) {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      {lists.map(({ currency, validFrom, isNow, tax, plans, overage }) => (
        <Box key={`${currency} ${validFrom}`}>
          <Typography variant="h3" sx={{ px: 2.5, mb: 0.5 }}>
            {currency} from {calendarDay(validFrom)}
            {isNow && ", now"}
          </Typography>
          <DataTable
            label={`Prices in ${currency} from ${validFrom}`}
            columns={COLUMNS}
            rows={plans.map((plan) => ({ ...plan, currency }))}
            rowKey={({ plan }) => plan}
          />
          <Typography color="textSecondary" sx={{ px: 2.5, py: 1 }}>
            Without tax of {tax}.{" "}
            {overage.length > 0 &&
              `Above what a plan includes, per unit and month: ${overage.map(({ meter, price }) => `${meter} ${decimalMoney(price, currency)}`).join(", ")}.`}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
