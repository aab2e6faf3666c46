import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { Preflight } from "../../api/requests.ts";
import { capital, count, listed, money } from "../lib/format.ts";
import { Code } from "./Code.tsx";
import { Diagnostics } from "./Diagnostics.tsx";
import { Diff } from "./Diff.tsx";
import { HostName } from "./HostName.tsx";
import { Facts } from "./Facts.tsx";

interface Props {
  readonly result: Preflight;
  readonly tenant: string;
  /** `file`: the whole file, as for a new tenant; `diff`: how it differs. */
  readonly show: "file" | "diff";
}

function costOf({ before, after }: Preflight["cost"]): string | undefined {
  if (before !== undefined && after !== undefined) {
    const isSame = before.amount === after.amount && before.currency === after.currency;
    return isSame ? `${money(after)}, as now` : `${money(before)} → ${money(after)}`;
  }
  if (after !== undefined) return money(after);
  return before === undefined ? undefined : `${money(before)} → none`;
}

/** What a request would do. */
export function PreflightResult({ result, tenant, show }: Props) {
  const { diagnostics, effects, touches, modules, hosts, cost, diff, yaml } = result;
  const others = touches.filter((id) => id !== tenant);
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      <Diagnostics diagnostics={diagnostics} />
      <Facts
        of={[
          ["Price per month", costOf(cost)],
          ["Tenants touched", others.length === 0 ? "this one only" : `this one, and ${listed(others)}`],
          ...(modules === undefined ? [] : [["Modules", count(modules)] as const]),
          ...(hosts.length === 0
            ? []
            : [
                [
                  "Hosts",
                  hosts.map((host) => (
                    <div key={host}>
                      <HostName host={host} />
                    </div>
                  )),
                ] as const,
              ]),
        ]}
      />
      {effects.length > 0 && (
        <div>
          <Typography variant="h3" sx={{ mb: 1 }}>
            What will happen
          </Typography>
          <Facts of={effects.map(({ part, effect }) => [capital(part), effect] as const)} />
        </div>
      )}
      {show === "file" && yaml !== undefined && (
        <div>
          <Typography variant="h3" sx={{ mb: 1 }}>
            The file
          </Typography>
          <Code text={yaml} label="The tenant’s file" />
        </div>
      )}
      {show === "diff" && diff !== undefined && diff !== "" && (
        <div>
          <Typography variant="h3" sx={{ mb: 1 }}>
            Difference of the file
          </Typography>
          <Diff text={diff} />
        </div>
      )}
    </Box>
  );
}
