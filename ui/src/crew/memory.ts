/** What the crew's page last knew, kept on the device so that it opens without a link. Forgotten with the sign-out. */
import type { FacilityRow, IncidentRow, UnitRow } from '../kernel/rows';
import type { HandoverRow, RecordRow } from '../kernel/rows_handoff';
import { live } from '../kernel/link/live.svelte';
import { clock } from '../kernel/time/clock.svelte';

export interface Remembered {
  unit: UnitRow | null;
  incidents: IncidentRow[];
  handovers: HandoverRow[];
  facilities: FacilityRow[];
  records: RecordRow[];
}

interface Kept extends Remembered {
  /** The server's and this device's instants when it was kept, and how fast the server's clock ran. */
  server: number;
  local: number;
  rate: number;
}

const KEY = 'gh-crew-memory';

export function remember(unit: string, rows: Remembered): void {
  const kept: Kept = { ...rows, server: clock.exact(), local: Date.now(), rate: clock.speed };
  try {
    localStorage.setItem(KEY, JSON.stringify({ of: unit, kept }));
  } catch {
    // The device keeps nothing: the page then needs the link to open; entries are the outbox's affair.
  }
}

/** What was kept for this unit; sets the clock by it until the server is heard. */
export function recall(unit: string): Remembered | null {
  const found = localStorage.getItem(KEY);
  if (!found) return null;
  const { of, kept } = JSON.parse(found) as { of: string; kept: Kept };
  if (of !== unit) return null;
  if (live.link.state !== 'up') clock.hear(kept.server + (Date.now() - kept.local) * kept.rate, kept.rate);
  return kept;
}

export function forget(): void {
  localStorage.removeItem(KEY);
}
