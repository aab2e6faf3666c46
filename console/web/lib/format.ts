const numbers = new Intl.NumberFormat("en");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const dateTime = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

/** A number with thousands separated. */
export const count = (value: number): string => numbers.format(value);

/** A number with its noun, such as "1 tenant". */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** A share from 0 to 1 as a percentage that does not round up to 100, such as "99.98 %". */
export const percentage = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;

/** A time of answering, such as "120 ms". */
export const responseTime = (seconds: number): string =>
  seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;

/** An amount of money, without cents where it has none. */
export function money({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    trailingZeroDisplay: "stripIfInteger",
  }).format(amount);
}

/** An amount of money as a decimal text, with its thousands separated: it never becomes a number. */
export function decimalMoney(amount: string, currency: string): string {
  const [whole = "", fraction] = amount.split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${currency}`;
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** How long ago a moment was, or how far off it is. */
export function ago(at: string, now = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 30 ? "in a moment" : "just now";
}

/** Date and time in the reader's zone. */
export const localTime = (at: string): string => dateTime.format(new Date(at));

/** Date and time in UTC, to the second. */
export const utcTime = (at: string): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** A calendar day such as "2026-11-30". */
export const calendarDay = (value: string): string => day.format(new Date(`${value}T00:00:00Z`));

/** A length of time, such as "3 min 20 s". */
export function duration(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return rounded % 60 === 0 ? `${minutes} min` : `${minutes} min ${rounded % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number of bytes in the largest unit that it has one of, such as "1.4 GiB". */
export function size(bytes: number): string {
  const unit = Math.max(0, Math.min(4, Math.floor(Math.log2(bytes) / 10)));
  const value = bytes / 1024 ** unit;
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit] ?? "B"}`;
}

/** Names as a sentence lists them. */
export const listed = (names: readonly string[]): string => new Intl.ListFormat("en").format(names);

/** A text with a capital at its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
