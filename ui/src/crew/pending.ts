/** What this device knows and the server does not say back yet, laid over the rows it shows. */
import type { Fields } from '../kernel/link/commands';
import type { AssignmentRow, Moment } from '../kernel/rows';
import type { HandoverRow } from '../kernel/rows_handoff';
import { statusOf, type Times } from './steps';

/** A command of ours, in the order of entry. */
export interface Given {
  id: string;
  part: string;
  name: string;
  fields: Fields;
}

/** The assignment as this crew left it. */
export function assignmentWith(row: AssignmentRow, given: readonly Given[]): AssignmentRow {
  const times: Times = { ...row.times };
  let { facility, outcome } = row;
  let changed = false;
  for (const { part, name, fields } of given) {
    if (part !== 'dispatch' || fields.assignment !== row.id) continue;
    changed = true;
    if (name === 'report-status') {
      times[fields.status as Moment] ??= fields.at as number;
      if (fields.facility) facility = fields.facility as string;
      if (fields.outcome) outcome = fields.outcome as string;
    } else if (name === 'withdraw-status') delete times[fields.moment as Moment];
    else if (name === 'correct-time') times[fields.moment as Moment] = fields.to as number;
    else if (name === 'change-destination') facility = fields.facility as string;
  }
  if (!changed) return row;
  const status = statusOf(times) ?? row.status;
  return { ...row, times, status, since: times[status] ?? row.since, facility, outcome, active: row.active && status !== 'back_in_service' };
}

/** The hand-overs as this crew left them, those it announced itself among them. */
export function handoversWith(rows: readonly HandoverRow[], given: readonly Given[], made: (fields: Fields) => HandoverRow): HandoverRow[] {
  const shown = new Map(rows.map((row) => [row.id, row]));
  for (const { part, name, fields } of given) {
    if (part !== 'handoff') continue;
    const id = fields.handover as string;
    if (name === 'pre-alert' && !shown.has(id)) shown.set(id, made(fields));
    const row = shown.get(id);
    if (!row) continue;
    if (name === 'answer-hospital') {
      shown.set(id, { ...row, messages: [...(row.messages ?? []), { at: fields.at as number, side: 'crew', text: fields.answer as string }] });
    } else if (name === 'sign-transfer') {
      shown.set(id, { ...row, signatures: { ...row.signatures, crew: { at: fields.at as number, name: fields.name as string } } });
    } else if (name === 'update-condition') {
      shown.set(id, { ...row, level: fields.level as number, alerts: fields.alerts as string[], words: fields.words as string });
    } else if (name === 'redirect-handover') shown.set(id, { ...row, facility: fields.facility as string });
    else if (name === 'withdraw-handover') shown.delete(id);
  }
  return [...shown.values()];
}
