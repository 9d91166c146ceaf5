/** The entries of a time line in the order of happening, each with what corrected it folded under it. */
import type { TimelineEntry } from '../kernel/rows';

export interface Told {
  entry: TimelineEntry;
  corrections: TimelineEntry[];
}

export interface Filter {
  parts: ReadonlySet<string>;
  unit: string | null;
}

/** Entries by when they happened (then by `seq`); a correction stands under the entry it corrects, not by itself. */
export function inOrder(entries: readonly TimelineEntry[]): Told[] {
  const told = new Map<number, Told>();
  for (const entry of entries) if (entry.corrects === null) told.set(entry.seq, { entry, corrections: [] });
  for (const entry of entries) {
    if (entry.corrects === null) continue;
    const above = told.get(entry.corrects);
    if (above) above.corrections.push(entry);
    else told.set(entry.seq, { entry, corrections: [] }); // what it corrects is not shown to this role
  }
  return [...told.values()].sort((a, b) => a.entry.occurred_at - b.entry.occurred_at || a.entry.seq - b.entry.seq);
}

/** No part chosen means all; a unit keeps what concerns it and what concerns no unit. */
export function fits(told: Told, { parts, unit }: Filter): boolean {
  return (parts.size === 0 || parts.has(told.entry.part)) && (unit === null || told.entry.unit === unit);
}

/** What was known at an instant: recorded by then. */
export const knownAt = (entries: readonly TimelineEntry[], at: number): TimelineEntry[] => entries.filter((entry) => entry.recorded_at <= at);

/** Where a track was at an instant: the last point by then, or null before the first. */
export function pointAt(track: readonly (readonly [number, number, number])[], at: number): readonly [number, number, number] | null {
  let low = 0;
  let high = track.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((track[middle]?.[0] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return track[low - 1] ?? null;
}
