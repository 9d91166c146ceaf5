/** Times as people enter them, and as records carry them: in the agency's zone, whatever zone the device is in. */

const PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
};
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? '';
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat('en-GB', { ...PARTS, timeZone: zone || undefined })));
  return format;
}

/** The wall clock of the zone at an instant, as if it were UTC (ms). */
function wallOf(at: number, zone: string | undefined): number {
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(at)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Minutes east of UTC that the zone is at an instant. */
export function offsetMinutes(at: number, zone: string | undefined): number {
  return Math.round((wallOf(at, zone) - Math.floor(at / 1000) * 1000) / 60_000);
}

/** `2026-03-14T15:09:26-05:00`, as NEMSIS writes an instant. */
export function zonedIso(at: number, zone: string | undefined): string {
  const minutes = offsetMinutes(at, zone);
  const wall = new Date(Math.floor(at / 1000) * 1000 + minutes * 60_000).toISOString().slice(0, 19);
  const far = Math.abs(minutes);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${wall}${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
}

/** The value of a `datetime-local` field: `2026-03-14T15:09:26`. */
export function localField(at: number, zone: string | undefined): string {
  return zonedIso(at, zone).slice(0, 19);
}

/** The instant a `datetime-local` field says; null when it is empty or no time. */
export function fromLocalField(text: string, zone: string | undefined): number | null {
  const wall = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (!Number.isFinite(wall)) return null;
  const guess = wall - offsetMinutes(wall, zone) * 60_000;
  return wall - offsetMinutes(guess, zone) * 60_000;
}

/** The latest instant not after `now` whose wall clock reads `14:32` or `14:32:07`: how a late entry is meant. */
export function lastTimeReading(text: string, now: number, zone: string | undefined): number | null {
  const seconds = secondsOfDay(text);
  if (seconds === null) return null;
  const wall = wallOf(now, zone);
  const today = wall - (wall % 86_400_000) + seconds * 1000;
  const meant = today <= wall ? today : today - 86_400_000;
  return Math.floor(now / 1000) * 1000 - (wall - meant);
}

/** The first instant after `now` whose wall clock reads `16:00`: until when something holds. */
export function nextTimeReading(text: string, now: number, zone: string | undefined): number | null {
  const last = lastTimeReading(text, now, zone);
  return last === null ? null : last + 86_400_000;
}

function secondsOfDay(text: string): number | null {
  const found = /^\s*(\d{1,2}):?(\d{2})(?::?(\d{2}))?\s*$/.exec(text);
  if (!found) return null;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  return hours > 23 || minutes > 59 || seconds > 59 ? null : hours * 3600 + minutes * 60 + seconds;
}
