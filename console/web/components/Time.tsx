import { useEffect, useState } from "react";
import { ago, localTime, utcTime } from "../lib/format.ts";

interface Props {
  readonly at: string;
  /** `ago`: "3 hours ago"; `full`: date and time in the reader's zone. Default `ago`. */
  readonly as?: "ago" | "full";
}

/** A moment. Hovering shows the local and the exact UTC time. */
export function Time({ at, as = "ago" }: Props) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={as === "ago" ? `${localTime(at)} · ${utcTime(at)}` : utcTime(at)}>
      {as === "ago" ? ago(at, now) : localTime(at)}
    </time>
  );
}
