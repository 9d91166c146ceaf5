/** Where an incident stands between waiting for somebody and being closed. */
import type { IncidentRow } from '../kernel/rows';

/** Nobody is coming: none was sent yet, or the last one was taken away before it arrived. */
export const waits = (row: Pick<IncidentRow, 'waiting_since'>): boolean => row.waiting_since !== null;

/** Whoever went is done, and somebody had arrived: what is left is to close it. */
export const allClear = (row: Pick<IncidentRow, 'status' | 'waiting_since' | 'assignments'>): boolean =>
  row.status === 'clearing' && !waits(row) && !row.assignments.some((one) => one.active);

const TRANSPORTED = 'patient transported';

/** How it most likely ended, from what the units reported; "" where that is not one of the outcomes. */
export function likelyOutcome(row: Pick<IncidentRow, 'assignments'>, outcomes: readonly string[]): string {
  const said = row.assignments.map((one) => (one.times.left_scene !== undefined ? TRANSPORTED : one.outcome));
  if (said.includes(TRANSPORTED) && outcomes.includes(TRANSPORTED)) return TRANSPORTED;
  return said.findLast((one) => outcomes.includes(one)) ?? '';
}
