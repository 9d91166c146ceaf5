/** Verbs of the quieter half of the day: an incident nobody called about, crews and posts, times that were entered wrongly. */
import { one, words, type Slot, type Values, type Verb } from '../kernel/keyboard/command_line';
import { content } from '../kernel/content.svelte';
import type { Region, RegionPlace } from '../kernel/region.svelte';
import { region } from '../kernel/region.svelte';
import type { IncidentRow, Moment, UnitRow } from '../kernel/rows';
import { lastTimeReading } from '../kernel/time/entry';
import type { Around } from './verbs';
import * as wish from './wishes';

type Granted = Verb & { needs: string };

const unit: Slot = { name: 'unit', kind: 'unit' };
const incident: Slot = { name: 'incident', kind: 'incident' };

/** Where units may wait: stations, posts and hospitals. */
export const places = (known: Region | null): RegionPlace[] => [...(known?.stations ?? []), ...(known?.posts ?? []), ...(known?.hospitals ?? [])];

export function incidentVerbs(around: Around): Granted[] {
  const { board, give } = around;
  const incidentOf = (values: Values, name = 'incident'): IncidentRow | null => board.incidents.get(one(values, name)?.id ?? '') ?? null;
  return [
    {
      name: 'open',
      also: ['new incident'],
      needs: 'OpenIncident',
      says: 'Open an incident nobody called about: what, where',
      slots: [{ name: 'complaint', kind: 'complaint' }, { name: 'place', kind: 'text' }],
      effect: (values) => (one(values, 'complaint') ? `opens ${one(values, 'complaint')?.label} at ${words(values, 'place') || '…'}` : null),
      run: async (values) => {
        const what = content.current.complaints.find((row) => row.id === one(values, 'complaint')?.id);
        const where = await around.place(words(values, 'place'));
        if (what && where) give(wish.openIncident(what, where));
      },
    },
    {
      name: 'type',
      also: ['complaint'],
      needs: 'SetComplaint',
      says: 'Say what kind of incident it is',
      slots: [incident, { name: 'complaint', kind: 'complaint' }],
      effect: (values) => (incidentOf(values) && one(values, 'complaint') ? `${incidentOf(values)?.number} is ${one(values, 'complaint')?.label}` : null),
      run: (values) => {
        const to = incidentOf(values);
        const what = content.current.complaints.find((row) => row.id === one(values, 'complaint')?.id);
        if (to && what) give(wish.complaint(to, what));
      },
    },
    {
      name: 'link',
      needs: 'LinkIncidents',
      says: 'Say that two incidents belong together',
      slots: [incident, { name: 'other', kind: 'incident' }],
      effect: (values) => (incidentOf(values) && incidentOf(values, 'other') ? `${incidentOf(values)?.number} and ${incidentOf(values, 'other')?.number} belong together; both stay open` : null),
      run: (values) => {
        const [first, second] = [incidentOf(values), incidentOf(values, 'other')];
        if (first && second) give(wish.link(first, second));
      },
    },
    {
      name: 'patients',
      needs: 'CountPatients',
      says: 'Say how many patients there are',
      slots: [incident, { name: 'count', kind: 'text' }],
      run: (values) => {
        const to = incidentOf(values);
        const count = Number(words(values, 'count'));
        if (to && Number.isInteger(count)) give(wish.patients(to, count));
        else around.cannot(`“${words(values, 'count')}” is not a number of patients.`);
      },
    },
  ];
}

export function unitVerbs(around: Around): Granted[] {
  const { board, give, cannot } = around;
  const unitOf = (values: Values): UnitRow | null => board.units.get(one(values, 'unit')?.id ?? '') ?? null;

  /** A late entry where nobody reported the time yet, else a correction of the one that is there. */
  function enter(values: Values): void {
    const row = unitOf(values);
    const mine = row && wish.workedOn(row);
    const kept = board.incidents.get(mine?.incident ?? '')?.assignments.find((each) => each.id === mine?.id);
    const moment = one(values, 'status')?.id as Moment | undefined;
    const at = lastTimeReading(words(values, 'time'), around.now(), region.current?.timezone);
    if (!row || !mine || !kept) return void cannot(`${row?.call_sign ?? 'The unit'} has no assignment whose times could be entered.`);
    if (!moment || at === null) return;
    const part = { incident: mine.incident, unit: row.id, assignment: mine.id };
    if (moment in kept.times) give(wish.correct(part, row.call_sign, { moment, to: at, reason: words(values, 'reason') || 'entered late' }));
    else give(wish.lateEntry(part, row.call_sign, { moment, at }));
  }

  return [
    {
      name: 'time',
      also: ['correct', 'late'],
      needs: 'CorrectTime',
      says: 'Enter a time late or correct it: unit, status, 14:32, why',
      slots: [unit, { name: 'status', kind: 'moment' }, { name: 'time', kind: 'time' }, { name: 'reason', kind: 'text', optional: true }],
      effect: (values) => (unitOf(values) && one(values, 'status') ? `${unitOf(values)?.call_sign} ${one(values, 'status')?.hint ?? ''} at ${words(values, 'time') || '…'}` : null),
      run: enter,
    },
    {
      name: 'post',
      also: ['move up'],
      needs: 'PostUnit',
      says: 'Let a unit wait at another post',
      slots: [unit, { name: 'post', kind: 'post' }],
      effect: (values) => (unitOf(values) && one(values, 'post') ? `${unitOf(values)?.call_sign} waits at ${one(values, 'post')?.label}` : null),
      run: (values) => {
        const row = unitOf(values);
        const to = one(values, 'post');
        if (row && to) give(wish.post(row, { id: to.id, name: to.label }));
      },
    },
    {
      name: 'on',
      also: ['on duty', 'sign on'],
      needs: 'GoOnDuty',
      says: 'Sign a crew on: unit, names with commas between',
      slots: [unit, { name: 'names', kind: 'text' }],
      run: (values) => {
        const row = unitOf(values);
        const names = namesIn(words(values, 'names'));
        if (row && names.length > 0) give(wish.onDuty(row, names));
      },
    },
    {
      name: 'off',
      also: ['off duty', 'sign off'],
      needs: 'GoOffDuty',
      says: 'Sign a crew off',
      slots: [unit],
      run: (values) => {
        const row = unitOf(values);
        if (row) give(wish.offDuty(row));
      },
    },
  ];
}

export const namesIn = (text: string): string[] => text.split(/[,;]/).map((name) => name.trim()).filter(Boolean);
