/** What may be typed on the dispatcher's command line. */
import { one, several, words, type Candidate as Named, type Candidate, type Slot, type Values, type Verb, type Vocabulary } from '../kernel/keyboard/command_line';
import { content } from '../kernel/content.svelte';
import type { CommitmentRow, IncidentRow, Moment, Recommendation, UnitRow } from '../kernel/rows';
import { clockMinute, duration } from '../kernel/time/time_words';
import { region } from '../kernel/region.svelte';
import { STATUS_WORDS, unitStatus } from '../components/marks/shapes';
import type { Board } from './board.svelte';
import { skillWord } from './board.svelte';
import { incidentVerbs, places, unitVerbs } from './verbs_rare';
import * as wish from './wishes';
import type { Wish } from './wishes';

export interface Around {
  board: Board;
  give: (wish: Wish) => unknown;
  /** The recommendation for an incident, if it was asked for already. */
  found: (incident: string) => Recommendation | null;
  /** A line that cannot be carried out, said beside it. */
  cannot: (text: string) => void;
  open: (path: string) => void;
  find: (text: string) => void;
  /** The best place of that name, or null after saying that there is none. */
  place: (text: string) => Promise<wish.Place | null>;
  /** Whether this person's role may give a command: verbs of others are not offered. */
  may: (command: string) => boolean;
  now: () => number;
}

const unit: Slot = { name: 'unit', kind: 'unit' };
const units: Slot = { name: 'unit', kind: 'unit', many: true };
const incident: Slot = { name: 'incident', kind: 'incident' };
const maybeIncident: Slot = { ...incident, optional: true };

const STATUS_VERBS: [name: string, moment: Moment, also: string[]][] = [
  ['ack', 'acknowledged', ['acknowledged']],
  ['en', 'en_route', ['en route', 'enroute', 'responding']],
  ['st', 'staged', ['staged', 'staging']],
  ['os', 'on_scene', ['on scene', 'arrived', 'scene']],
  ['pt', 'at_patient', ['at patient']],
  ['at', 'at_destination', ['at hospital', 'at destination']],
  ['ct', 'care_transferred', ['care transferred', 'transferred']],
  ['clr', 'back_in_service', ['clear', 'back in service']],
];

const MOMENT_NAMES: Candidate[] = [['notified', 'notified', ['ntf']] as [string, Moment, string[]], ...STATUS_VERBS, ['tr', 'left_scene', ['transporting', 'left scene']] as [string, Moment, string[]]].map(
  ([name, moment, also]) => ({ id: moment, label: name, also: [...also, wish.MOMENT_WORDS[moment]], hint: wish.MOMENT_WORDS[moment] }),
);

export function vocabulary(board: Board): Vocabulary {
  const label = (row: IncidentRow): string => row.location?.label ?? '';
  return {
    unit: () =>
      board.sortedUnits.map((row) => ({
        id: row.id,
        label: row.call_sign,
        hint: `${skillWord(row)} · ${STATUS_WORDS[unitStatus(row.status)]}${row.assignments[0] ? ` ${row.assignments[0].number}` : ` · ${row.post_name}`}`,
      })),
    incident: () =>
      board.openIncidents.map((row) => ({ id: row.id, label: row.number, also: [label(row), row.complaint_name], hint: `L${row.level ?? '?'} ${row.complaint_name} · ${label(row)}` })),
    facility: () => [...board.facilities.values()].map((row) => ({ id: row.id, label: row.name, hint: row.status === 'open' ? '' : `${row.status}: ${row.reason}` })),
    reason: () => content.current.out_of_service_reasons.map((text) => ({ id: text, label: text })),
    agency: () => content.current.agencies.map((row) => ({ id: row.id, label: row.name, also: [row.id] })),
    complaint: () => content.current.complaints.map((row) => ({ id: row.id, label: row.name, also: row.words ?? [], hint: `usually level ${row.default_level}` })),
    post: () => places(region.current).map((row) => ({ id: row.id, label: row.name })),
    moment: () => MOMENT_NAMES,
    outcome: () => content.current.outcomes.map((text) => ({ id: text, label: text })),
    level: () => [1, 2, 3, 4, 5].map((n) => ({ id: String(n), label: `L${n}` })),
    cancel_reason: () => content.current.cancel_reasons.map((text) => ({ id: text, label: text })),
  };
}

export function dispatchVerbs(around: Around): Verb[] {
  const { board, give, cannot } = around;
  const incidentOf = (values: Values): IncidentRow | null => board.incidents.get(one(values, 'incident')?.id ?? '') ?? null;
  const unitOf = (values: Values): UnitRow | null => board.units.get(one(values, 'unit')?.id ?? '') ?? null;
  const unitsOf = (values: Values): UnitRow[] => several(values, 'unit').flatMap(({ id }) => board.units.get(id) ?? []);

  /** Which of a unit's assignments a status means: the incident named, else the only one, else the one it works on. */
  function commitment(row: UnitRow, at: IncidentRow | null): CommitmentRow | null {
    if (at) return row.assignments.find((each) => each.incident === at.id) ?? null;
    return wish.workedOn(row);
  }

  function report(values: Values, moment: Moment, facility: Named | null = null): void {
    const row = unitOf(values);
    const mine = row && commitment(row, incidentOf(values));
    if (!row || !mine) return cannot(`${row?.call_sign ?? 'The unit'} has no assignment to report on.`);
    const part = { incident: mine.incident, unit: row.id, assignment: mine.id };
    if (moment === 'left_scene' && facility && mine.status === 'left_scene') give(wish.destination(part, row.call_sign, { id: facility.id, name: facility.label }));
    else give(wish.status(part, row.call_sign, moment, facility ? { facility: facility.id, facilityName: facility.label } : {}));
  }

  const says = (values: Values, text: string): string | null => {
    const row = unitOf(values);
    const mine = row && commitment(row, incidentOf(values));
    return row ? `${row.call_sign} ${text}${mine ? `, ${mine.number} ${mine.label ?? ''}` : ', but it has no assignment'}` : null;
  };

  function sendEffect(values: Values): string | null {
    const rows = unitsOf(values);
    const to = incidentOf(values);
    if (!to || rows.length === 0) return null;
    const found = around.found(to.id);
    const each = rows.map((row) => `${row.call_sign} ${wish.consequence(found?.candidates.find((candidate) => candidate.unit === row.id), duration)}`);
    return `→ ${to.number} ${to.location?.label ?? ''}: ${each.join(' · ')}`;
  }

  const sending = (name: string, line: string, also: string[]): Verb & { needs: string } => ({
    name,
    needs: 'AssignUnit',
    also,
    says: line,
    slots: [units, incident, { name: 'reason', kind: 'text', optional: true }],
    effect: sendEffect,
    run: (values) => {
      const to = incidentOf(values);
      if (to) give(wish.send(unitsOf(values), to, around.found(to.id), words(values, 'reason')));
    },
  });

  const agencyVerb = (name: string, agency: string): Verb & { needs: string } => ({
    name,
    needs: 'RequestAgency',
    says: `Ask ${agency}: what is wanted`,
    slots: [incident, { name: 'what', kind: 'text' }],
    effect: (values) => {
      const to = incidentOf(values);
      return to ? `ask ${agency} for ${words(values, 'what') || '…'}, ${to.number}` : null;
    },
    run: (values) => {
      const to = incidentOf(values);
      const asked = content.current.agencies.find((each) => each.id === name) ?? { id: name, name: agency };
      if (to) give(wish.askAgency(to, asked, words(values, 'what')));
    },
  });

  const verbs: (Verb & { needs?: string })[] = [
    sending('send', 'Send one or more units', []),
    sending('add', 'Add units to what is on the way', ['also']),
    {
      name: 'plan',
      needs: 'SendPlan',
      says: 'Send all that the recommendation proposes',
      slots: [incident],
      effect: (values) => {
        const to = incidentOf(values);
        const found = to && around.found(to.id);
        return found ? `send ${found.proposal.map((each) => board.callSign(each.unit)).join(', ') || 'nobody: nothing is missing'}` : null;
      },
      run: (values) => {
        const to = incidentOf(values);
        const found = to && around.found(to.id);
        if (!to || !found || found.proposal.length === 0) return cannot('There is nothing proposed to send yet.');
        give(wish.sendPlan(to, found, (id) => board.callSign(id)));
      },
    },
    {
      name: 'divert',
      needs: 'DivertUnit',
      also: ['dvt'],
      says: 'Take a unit from one incident to another',
      slots: [unit, incident, { name: 'reason', kind: 'text', optional: true }],
      effect: (values) => {
        const row = unitOf(values);
        const from = row && commitment(row, null);
        const to = incidentOf(values);
        return from && to ? `${row.call_sign} leaves ${from.number} ${from.label ?? ''} → ${to.number} ${to.location?.label ?? ''}` : null;
      },
      run: (values) => {
        const row = unitOf(values);
        const to = incidentOf(values);
        const from = row && commitment(row, null);
        if (!row || !to || !from) return cannot(`${row?.call_sign ?? 'The unit'} is on no incident: send it instead.`);
        give(wish.divert(row, from, { to, found: around.found(to.id), reason: words(values, 'reason') || 'needed more there' }));
      },
    },
    ...STATUS_VERBS.map(
      ([name, moment, also]): Verb & { needs: string } => ({
        name,
        needs: 'ReportStatus',
        also,
        says: `Unit is ${wish.MOMENT_WORDS[moment]}`,
        slots: [unit, maybeIncident],
        effect: (values) => says(values, wish.MOMENT_WORDS[moment]),
        run: (values) => report(values, moment),
      }),
    ),
    {
      name: 'tr',
      needs: 'ReportStatus',
      also: ['transporting', 'transport', 'left scene'],
      says: 'Unit left the scene with the patient, to a hospital',
      slots: [unit, { name: 'hospital', kind: 'facility', optional: true }],
      effect: (values) => says(values, `transporting${one(values, 'hospital') ? ` to ${one(values, 'hospital')?.label}` : ''}`),
      run: (values) => report(values, 'left_scene', one(values, 'hospital')),
    },
    {
      name: 'cancel',
      needs: 'CancelAssignment',
      says: 'Stand a unit down',
      slots: [unit, maybeIncident, { name: 'reason', kind: 'cancel_reason', optional: true }],
      effect: (values) => says(values, `stands down${one(values, 'reason') ? `: ${one(values, 'reason')?.label}` : ''}`),
      run: (values) => {
        const row = unitOf(values);
        const mine = row && commitment(row, incidentOf(values));
        if (!row || !mine) return cannot(`${row?.call_sign ?? 'The unit'} has no assignment to cancel.`);
        const part = { incident: mine.incident, unit: row.id, assignment: mine.id };
        give(wish.cancel(part, row.call_sign, mine.number, one(values, 'reason')?.label ?? 'stood down'));
      },
    },
    {
      name: 'oos',
      needs: 'TakeOutOfService',
      also: ['out of service'],
      says: 'Unit out of service: reason, until when',
      slots: [unit, { name: 'reason', kind: 'reason' }, { name: 'until', kind: 'time', optional: true }],
      effect: (values) => (unitOf(values) ? `${unitOf(values)?.call_sign} out of service: ${one(values, 'reason')?.label ?? '…'}${words(values, 'until') ? ` until ${words(values, 'until')}` : ''}` : null),
      run: (values) => {
        const row = unitOf(values);
        const reason = one(values, 'reason')?.label;
        if (row && reason) give(wish.outOfService(row, reason, untilInstant(words(values, 'until'), around.now())));
      },
    },
    {
      name: 'ins',
      needs: 'ReturnToService',
      also: ['in service', 'back'],
      says: 'Unit in service again',
      slots: [unit],
      run: (values) => {
        const row = unitOf(values);
        if (row) give(wish.inService(row));
      },
    },
    {
      name: 'note',
      needs: 'NoteIncident',
      says: 'Write a note on an incident',
      slots: [incident, { name: 'text', kind: 'text' }],
      run: (values) => {
        const to = incidentOf(values);
        if (to) give(wish.note(to, words(values, 'text')));
      },
    },
    {
      name: 'hazard',
      needs: 'NoteHazard',
      says: 'Warn of a hazard; begin with “hold” to keep units staged',
      slots: [incident, { name: 'text', kind: 'text' }],
      run: (values) => {
        const to = incidentOf(values);
        const text = words(values, 'text');
        if (to) give(wish.hazard(to, text.replace(/^hold\s+/i, ''), /^hold\s/i.test(text)));
      },
    },
    {
      name: 'level',
      needs: 'SetLevel',
      says: 'Change the level of an incident, with the reason',
      slots: [incident, { name: 'level', kind: 'level' }, { name: 'reason', kind: 'text', optional: true }],
      run: (values) => {
        const to = incidentOf(values);
        if (to) give(wish.level(to, Number(one(values, 'level')?.id), words(values, 'reason')));
      },
    },
    agencyVerb('fire', 'Fire and rescue'),
    agencyVerb('police', 'Police'),
    agencyVerb('air', 'Air ambulance'),
    {
      name: 'close',
      needs: 'CloseIncident',
      says: 'Close an incident with its outcome',
      slots: [incident, { name: 'outcome', kind: 'outcome' }],
      run: (values) => {
        const to = incidentOf(values);
        const outcome = one(values, 'outcome')?.label;
        if (to && outcome) give(wish.close(to, outcome));
      },
    },
    {
      name: 'show',
      says: 'Show an incident',
      slots: [incident],
      run: (values) => {
        const to = incidentOf(values);
        if (to) board.choose('incident', to.id);
      },
    },
    {
      name: 'unit',
      says: 'Show a unit',
      slots: [unit],
      run: (values) => {
        const row = unitOf(values);
        if (row) board.choose('unit', row.id);
      },
    },
    {
      name: 'history',
      says: 'Open the time line of an incident',
      slots: [incident],
      run: (values) => {
        const to = incidentOf(values);
        if (to) around.open(`/timeline/${to.id}`);
      },
    },
    { name: 'find', says: 'Show a place on the map', slots: [{ name: 'place', kind: 'text' }], run: (values) => around.find(words(values, 'place')) },
    { name: 'call', needs: 'AnswerCall', says: 'Take a call', slots: [], run: () => around.open('/calls') },
    ...incidentVerbs(around),
    ...unitVerbs(around),
  ];
  return verbs.filter((verb) => !verb.needs || around.may(verb.needs));
}

/** The next instant at which a clock in this zone shows `HH:MM`; null without one. */
export function untilInstant(time: string, now: number): number | null {
  const found = /^(\d\d):(\d\d)$/.exec(time);
  if (!found) return null;
  const shown = clockMinuteOf(now);
  const ahead = (Number(found[1]) * 60 + Number(found[2]) - shown + 1440) % 1440;
  return now - (now % 60_000) + (ahead || 1440) * 60_000;
}

function clockMinuteOf(now: number): number {
  const [hours = 0, minutes = 0] = clockMinute(now).split(':').map(Number);
  return hours * 60 + minutes;
}
