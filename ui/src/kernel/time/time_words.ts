/** Times as this field writes them: clock `14:32:07`, age `3 m`, duration `4:10`. Unknown is "–", never 0. */
export const UNKNOWN = '–';

let clockFormat = makeFormat(undefined);
let dayFormat = makeDay(undefined);

function makeFormat(zone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone });
}
function makeDay(zone: string | undefined): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone });
}

/** Show every time in the agency's zone (IANA name), wherever the screen stands. */
export function useTimeZone(zone: string | undefined): void {
  clockFormat = makeFormat(zone);
  dayFormat = makeDay(zone);
}

/** `14:32:07` */
export function clockTime(at: number | null | undefined): string {
  return at == null || !Number.isFinite(at) ? UNKNOWN : clockFormat.format(at);
}

/** `14:32` */
export function clockMinute(at: number | null | undefined): string {
  return at == null || !Number.isFinite(at) ? UNKNOWN : clockFormat.format(at).slice(0, 5);
}

/** `4 Mar 2026` */
export function day(at: number | null | undefined): string {
  return at == null || !Number.isFinite(at) ? UNKNOWN : dayFormat.format(at);
}

/** `0:41`, `14:10`, `1:02:09`; a time to come that has passed counts up as `-0:12`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null || !Number.isFinite(seconds)) return UNKNOWN;
  const whole = Math.trunc(seconds);
  const sign = whole < 0 ? '−' : '';
  const s = Math.abs(whole);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (s < 3600) return `${sign}${Math.floor(s / 60)}:${two(s % 60)}`;
  return `${sign}${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`;
}

/** `12 s`, `3 m`, `2 h`, `5 d` since `at`; an instant ahead of the clock reads `0 s`. */
export function age(at: number | null | undefined, now: number): string {
  if (at == null || !Number.isFinite(at)) return UNKNOWN;
  const s = Math.max(0, Math.floor((now - at) / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} m`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

export type Urgency = 'calm' | 'warn' | 'alarm';

/** Where a clock stands against its two limits (seconds); a clock without limits stays calm. */
export function urgency(seconds: number, warn_s: number | null | undefined, alarm_s: number | null | undefined): Urgency {
  if (alarm_s != null && seconds >= alarm_s) return 'alarm';
  if (warn_s != null && seconds >= warn_s) return 'warn';
  return 'calm';
}
