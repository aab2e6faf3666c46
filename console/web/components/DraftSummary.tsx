import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import type { Preflight } from "../../api/requests.ts";
import { count, money } from "../lib/format.ts";
import { HostName } from "./HostName.tsx";
import { Facts } from "./Facts.tsx";
import { Panel } from "./Panel.tsx";

interface Props {
  readonly result: Preflight | undefined;
  readonly error: Error | null;
  readonly isChecking: boolean;
  readonly name: string;
}

/** What the form's content comes to so far, checked as one types. */
export function DraftSummary({ result, error, isChecking, name }: Props) {
  return (
    <Panel title="Summary" subtitle="checked as you type" error={result === undefined ? error : null}>
      <Box sx={{ height: 4, mb: 1 }}>{isChecking && <LinearProgress aria-label="Checking" />}</Box>
      <Facts
        of={[
          ["Tenant", name === "" ? "not named yet" : name],
          [
            "Price per month",
            result?.cost.after === undefined ? "known when plan and place are" : money(result.cost.after),
          ],
          ["Modules", result?.modules === undefined ? "known when bundles are" : count(result.modules)],
          [
            "Hosts",
            result === undefined || result.hosts.length === 0
              ? "known when the place is"
              : result.hosts.map((host) => (
                  <div key={host}>
                    <HostName host={host} />
                  </div>
                )),
          ],
        ]}
      />
    </Panel>
  );
}
