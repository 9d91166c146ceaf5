/** What the dispatcher's screen knows: live rows, what is chosen, and the order in which things want attention. */
import { live } from '../kernel/link/live.svelte';
import type { CallRow, DeskRow, FacilityRow, IncidentRow, PositionRow, RunningClock, UnitRow } from '../kernel/rows';
import { allClear, waits } from './closing';

export type Chosen = { kind: 'incident' | 'unit' | 'call'; id: string } | null;

/** Statuses in the order of the unit list: what can be sent first, then what moves, works, and is out. */
const UNIT_ORDER = [
  'available', 'notified', 'acknowledged', 'en_route', 'staged', 'on_scene', 'at_patient', 'left_scene', 'at_destination', 'care_transferred',
  'reserved', 'scheduled', 'out_of_service', 'off_duty',
];

const byNumber = new Intl.Collator('en', { numeric: true }).compare;

export const SKILL_WORDS: Record<string, string> = { paramedic: 'ALS', aemt: 'AEMT', emt: 'BLS', emr: 'FR' };

/** A unit's level of care in one word: ALS, BLS, FR, SUP, AIR. */
export function skillWord(unit: { kind: string; skill: string }): string {
  if (unit.kind === 'supervisor') return 'SUP';
  if (unit.kind === 'helicopter') return 'AIR';
  if (unit.kind === 'first_responder') return 'FR';
  return SKILL_WORDS[unit.skill] ?? unit.skill;
}

/** Incidents that wait come first, then by level, then by age; those that are only to be closed come after the work. */
export function incidentOrder(a: IncidentRow, b: IncidentRow): number {
  const rank = (row: IncidentRow): number => (waits(row) ? 0 : allClear(row) ? 2 : row.status === 'scheduled' ? 3 : 1);
  return rank(a) - rank(b) || (a.level ?? 1.5) - (b.level ?? 1.5) || a.opened_at - b.opened_at;
}

export function unitOrder(a: UnitRow, b: UnitRow): number {
  const place = (row: UnitRow): number => {
    const at = UNIT_ORDER.indexOf(row.status);
    return at < 0 ? UNIT_ORDER.length : at;
  };
  return place(a) - place(b) || byNumber(a.call_sign, b.call_sign);
}

/** The clock of an incident that most wants looking at: the one furthest past its alarm, if any is past its warning. */
export function worstClock(row: IncidentRow, now: number): RunningClock | null {
  let worst: RunningClock | null = null;
  let share = 1;
  for (const clock of row.clocks) {
    const past = (now - clock.since) / 1000 / Math.max(1, clock.warn_s);
    if (past >= share) {
      share = past;
      worst = clock;
    }
  }
  return worst;
}

export class Board {
  readonly calls = live.view<CallRow>('calls');
  readonly incidents = live.view<IncidentRow>('incidents');
  readonly units = live.view<UnitRow>('units');
  readonly positions = live.view<PositionRow>('positions');
  readonly facilities = live.view<FacilityRow>('facilities');
  private readonly desks = live.view<DeskRow>('desk');

  chosen = $state<Chosen>(null);

  readonly desk = $derived(this.desks.get('now') ?? null);
  readonly openIncidents = $derived([...this.incidents.values()].sort(incidentOrder));
  /** Calls that have no incident yet. */
  readonly openCalls = $derived(
    [...this.calls.values()]
      .filter((call) => call.incident === null && (call.state === 'ringing' || call.state === 'answered'))
      .sort((a, b) => a.rang_at - b.rang_at),
  );
  readonly sortedUnits = $derived([...this.units.values()].sort(unitOrder));
  readonly incident = $derived(this.chosen?.kind === 'incident' ? (this.incidents.get(this.chosen.id) ?? null) : null);
  readonly unit = $derived(this.chosen?.kind === 'unit' ? (this.units.get(this.chosen.id) ?? null) : null);
  readonly call = $derived(this.chosen?.kind === 'call' ? (this.calls.get(this.chosen.id) ?? null) : null);

  /** Where the map should look: at what was chosen last, once its place is known. */
  focus = $state.raw<{ at: [number, number]; zoom?: number } | null>(null);
  private looked = '';

  constructor() {
    $effect(() => {
      const id = this.chosen ? `${this.chosen.kind} ${this.chosen.id}` : '';
      const place = this.incident?.location ?? (this.unit ? this.positions.get(this.unit.id) : null);
      if (id === this.looked || !place) return;
      this.looked = id;
      this.focus = { at: [place.lon, place.lat] };
    });
  }

  choose(kind: 'incident' | 'unit' | 'call', id: string): void {
    this.chosen = { kind, id };
  }

  callSign(unit: string): string {
    return this.units.get(unit)?.call_sign ?? unit;
  }
}
