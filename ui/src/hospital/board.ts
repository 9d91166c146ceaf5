/** What the hospital's board says of a patient: order, trend, what may be done next. */
import type { HandoverRow, VitalsRow } from '../kernel/rows_handoff';

export type Sign = 'hr' | 'bp' | 'rr' | 'spo2' | 'gcs';
export type Trend = 'up' | 'down' | 'level' | null;

export const SIGNS: readonly { sign: Sign; name: string; says: string }[] = [
  { sign: 'hr', name: 'HR', says: 'Heart rate' },
  { sign: 'bp', name: 'BP', says: 'Blood pressure' },
  { sign: 'spo2', name: 'SpO₂', says: 'Oxygen saturation' },
  { sign: 'rr', name: 'RR', says: 'Respirations' },
  { sign: 'gcs', name: 'GCS', says: 'Glasgow coma score' },
];

const value = (set: VitalsRow, sign: Sign): number | null => (sign === 'bp' ? set.sbp : set[sign]);

/** A change smaller than this is not shown as a trend: within what one measurement differs from the next. */
const NOISE: Record<Sign, number> = { hr: 5, bp: 8, rr: 2, spo2: 1, gcs: 0 };

/** The newest known value of a sign, where it is heading, and when it was taken. */
export function newest(sets: readonly VitalsRow[], sign: Sign): { text: string; trend: Trend; at: number | null } {
  const known = sets.filter((set) => value(set, sign) !== null);
  const last = known.at(-1);
  if (!last) return { text: '–', trend: null, at: null };
  const before = known.at(-2);
  const text = sign === 'bp' ? `${last.sbp}/${last.dbp ?? '–'}` : sign === 'spo2' ? `${last.spo2} %` : String(value(last, sign));
  if (!before) return { text, trend: null, at: last.at };
  const change = (value(last, sign) ?? 0) - (value(before, sign) ?? 0);
  return { text, trend: Math.abs(change) <= NOISE[sign] ? 'level' : change > 0 ? 'up' : 'down', at: last.at };
}

export type Step = 'accept' | 'bed' | 'arrive' | 'sign' | 'wait';

/** What this hospital would do next about a patient. */
export function nextStep(row: HandoverRow): Step {
  if (row.accepted_at === null) return 'accept';
  if (row.bed === '') return 'bed';
  if (row.arrived_at === null) return 'wait';
  return row.signatures?.hospital ? 'wait' : 'sign';
}

/** Here and waiting first (longest first), then by when they come; an unknown ETA comes last. */
export function inOrder(rows: Iterable<HandoverRow>): { here: HandoverRow[]; coming: HandoverRow[] } {
  const all = [...rows];
  return {
    here: all.filter((row) => row.arrived_at !== null).sort((a, b) => (a.arrived_at ?? 0) - (b.arrived_at ?? 0)),
    coming: all
      .filter((row) => row.arrived_at === null)
      .sort((a, b) => (a.eta_at ?? Infinity) - (b.eta_at ?? Infinity) || a.alerted_at - b.alerted_at),
  };
}

/** `72 y, female`; what is not known is left out. */
export function who(row: Pick<HandoverRow, 'age' | 'sex'>): string {
  return [row.age, row.sex].filter(Boolean).join(', ') || 'age and sex unknown';
}

/** The last thing the crew was asked and has not answered. */
export function openQuestion(row: HandoverRow): string | null {
  const last = row.messages?.at(-1);
  return last?.side === 'hospital' ? last.text : null;
}
