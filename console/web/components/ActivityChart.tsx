import Box from "@mui/material/Box";
import type { Dashboard } from "../../api/dashboard.ts";
import { calendarDay, counted } from "../lib/format.ts";

type Day = Dashboard["activity"][number];

const HEIGHT = 96;
const SLOT = 12;
const BAR = 8;

/** Every day from the first to the last one, also those without an event. */
function everyDay(days: readonly Day[]): Day[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const known = new Map(days.map((entry) => [entry.day, entry]));
  const all: Day[] = [];
  for (let at = Date.parse(first.day); at <= Date.parse(last.day) && all.length < 366; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push(known.get(day) ?? { day, succeeded: 0, failed: 0 });
  }
  return all;
}

/** Bars of what succeeded and failed per day, with the same numbers as a table. */
export function ActivityChart({ activity }: { readonly activity: readonly Day[] }) {
  const days = everyDay(activity);
  const most = Math.max(1, ...days.map(({ succeeded, failed }) => succeeded + failed));
  const unit = HEIGHT / most;
  const sum = (key: "succeeded" | "failed") => days.reduce((total, entry) => total + entry[key], 0);
  const summary = `${counted(sum("succeeded"), "event")} succeeded and ${sum("failed")} failed in ${counted(days.length, "day")}.`;
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <Box
        component="svg"
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${days.length * SLOT} ${HEIGHT + 1}`}
        preserveAspectRatio="none"
        sx={{ display: "block", width: "100%", height: 112 }}
      >
        <Box component="rect" x={0} y={HEIGHT} width="100%" height={1} sx={{ fill: "var(--mui-palette-divider)" }} />
        {days.map(({ day, succeeded, failed }, index) => (
          <g key={day}>
            <title>{`${calendarDay(day)}: ${succeeded} succeeded, ${failed} failed`}</title>
            <rect x={index * SLOT} y={0} width={SLOT} height={HEIGHT} fill="transparent" />
            <Box
              component="rect"
              x={index * SLOT + 2}
              y={HEIGHT - succeeded * unit}
              width={BAR}
              height={succeeded * unit}
              sx={{ fill: "var(--mui-palette-primary-main)", opacity: 0.75 }}
            />
            <Box
              component="rect"
              x={index * SLOT + 2}
              y={HEIGHT - (succeeded + failed) * unit}
              width={BAR}
              height={failed * unit}
              sx={{ fill: "var(--mui-palette-error-main)" }}
            />
          </g>
        ))}
      </Box>
      <Box
        sx={{ display: "flex", justifyContent: "space-between", color: "text.secondary", fontSize: "0.75rem", mt: 0.5 }}
      >
        <span>{days[0] !== undefined && calendarDay(days[0].day)}</span>
        <span>{days.length > 1 && calendarDay(days.at(-1)?.day ?? "")}</span>
      </Box>
      <Box component="figcaption" sx={{ mt: 1, fontSize: "0.8125rem", color: "text.secondary" }}>
        {summary}
        <Box component="details" sx={{ mt: 0.5, "& summary": { cursor: "pointer", width: "fit-content" } }}>
          <summary>Show as a table</summary>
          <Box component="table" sx={{ mt: 1, "& th, & td": { textAlign: "left", pr: 3, fontWeight: "inherit" } }}>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col">Succeeded</th>
                <th scope="col">Failed</th>
              </tr>
            </thead>
            <tbody>
              {activity.map(({ day, succeeded, failed }) => (
                <tr key={day}>
                  <td>{calendarDay(day)}</td>
                  <td>{succeeded}</td>
                  <td>{failed}</td>
                </tr>
              ))}
            </tbody>
          </Box>
        </Box>
      </Box>
    </Box>
  );
}
