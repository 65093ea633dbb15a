/** Numbers and times as people read them. Enters: SI numbers or ms since the epoch; leaves: text. Unknown is "–". */

export const NONE = "–";

const trim = (value: number, digits: number): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: 0 });

/** Digits that keep about three significant figures. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : trim(value, 0);
}

/** Seconds as `4.2 s`, `1 min 04 s`, `2 h 05 min`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds < 10) return `${trim(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${trim(Math.floor(minutes / 60), 0)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Minutes of people, as `42 min` or `3.4 h`. */
export function minutes(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return value < 120 ? `${trim(value, value < 10 ? 1 : 0)} min` : `${trim(value / 60, 1)} h`;
}

export function percent(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined) return NONE;
  const value = ratio * 100;
  return `${trim(value, Math.abs(value) < 10 && value !== 0 ? 1 : Math.abs(value) > 99 && value < 100 ? 1 : 0)} %`;
}

export function bitrate(bps: number): string {
  if (bps >= 1e6) return `${trim(bps / 1e6, 2)} Mbit/s`;
  return bps >= 1e3 ? `${trim(bps / 1e3, 0)} kbit/s` : `${trim(bps, 0)} bit/s`;
}

export function milliseconds(seconds: number): string {
  const ms = seconds * 1000;
  return `${trim(ms, Math.abs(ms) < 10 ? 1 : 0)} ms`;
}

const plain = (value: number): string => trim(value, digitsFor(value));
const seconds = (value: number): string => (Math.abs(value) < 1 ? milliseconds(value) : duration(value));

const UNITS: Record<string, (value: number) => string> = {
  ratio: percent,
  "%": (value) => percent(value / 100),
  bps: bitrate,
  "bit/s": bitrate,
  s: seconds,
  ms: (value) => milliseconds(value / 1000),
  min: minutes,
  minutes,
  count: plain,
  "": plain,
};

/** A measured value in the unit its metric declares. */
export function quantity(value: number | string | null | undefined, unit: string): string {
  if (value === null || value === undefined || value === "") return NONE;
  if (typeof value === "string") return value;
  const write = UNITS[unit];
  return write ? write(value) : `${plain(value)} ${unit}`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const CLOCK_SHORT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export const clock = (at: number): string => CLOCK.format(at);
export const clockShort = (at: number): string => CLOCK_SHORT.format(at);
export const stamp = (at: number): string => FULL.format(at);

/** `14:05` today, `19 Nov 14:05` otherwise. */
export function when(at: number, now: number): string {
  const sameDay = DAY.format(at) === DAY.format(now) && Math.abs(now - at) < 86_400_000;
  return sameDay ? CLOCK_SHORT.format(at) : `${DAY.format(at)} ${CLOCK_SHORT.format(at)}`;
}

export const day = (at: number): string => DAY.format(at);

/** Offset from the start of a call: `+1:04`, `+1:02:03`. */
export function offset(ms: number): string {
  const sign = ms < 0 ? "−" : "+";
  const whole = Math.round(Math.abs(ms) / 1000);
  const hours = Math.floor(whole / 3600);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const tail = `${hours ? pad(Math.floor((whole % 3600) / 60)) : Math.floor(whole / 60)}:${pad(whole % 60)}`;
  return sign + (hours ? `${hours}:${tail}` : tail);
}

/** `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function ago(at: number | null | undefined, now: number): string {
  if (at === null || at === undefined || at <= 0) return "never";
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${trim(n, 0)} ${n === 1 ? one : many}`;
