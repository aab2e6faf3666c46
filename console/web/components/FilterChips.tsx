import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import { count } from "../lib/format.ts";

interface Props {
  readonly label: string;
  /** How many rows have each value. */
  readonly counts: Readonly<Record<string, number>>;
  /** Values in the order of their own; default: the alphabet's. */
  readonly order?: readonly string[];
  readonly chosen: string | undefined;
  readonly onChoose: (value: string | undefined) => void;
}

/** Values of a filter with how many rows have each; a second click takes the filter away. */
export function FilterChips({ label, counts, order = [], chosen, onChoose }: Props) {
  const values = Object.entries(counts).filter(([value, rows]) => rows > 0 || value === chosen);
  if (chosen !== undefined && !Object.hasOwn(counts, chosen)) values.push([chosen, 0]);
  if (values.length === 0) return null;
  values.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other) || one.localeCompare(other));
  return (
    <Box role="group" aria-label={label} sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
      <Box component="span" sx={{ color: "text.secondary", fontSize: "0.75rem", fontWeight: 600, minWidth: 92 }}>
        {label}
      </Box>
      {values.map(([value, rows]) => {
        const isChosen = value === chosen;
        return (
          <Chip
            key={value}
            clickable
            component="button"
            aria-pressed={isChosen}
            color={isChosen ? "primary" : "default"}
            variant={isChosen ? "filled" : "outlined"}
            label={
              <>
                {value}{" "}
                <Box component="span" sx={{ opacity: 0.75 }}>
                  {count(rows)}
                </Box>
              </>
            }
            onClick={() => onChoose(isChosen ? undefined : value)}
          />
        );
      })}
    </Box>
  );
}
