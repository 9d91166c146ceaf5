import { expect, it } from 'vitest';
import type { HandoverRow, VitalsRow } from '../kernel/rows_handoff';
import { inOrder, newest, nextStep, openQuestion, who } from './board';

const set = (at: number, values: Partial<VitalsRow>): VitalsRow => ({ at, hr: null, sbp: null, dbp: null, rr: null, spo2: null, gcs: null, ...values });
const row = (id: string, more: Partial<HandoverRow> = {}): HandoverRow => ({
  id, facility: 'st-anne', facility_name: 'St. Anne', incident: 'i', number: '0231', assignment: 'i/1', unit: 'm3', call_sign: 'M3', level: 1, alerts: [],
  complaint: 'Chest pain', age: '72 y', sex: 'female', words: '', eta_at: null, alerted_at: 0, accepted_at: null, messages: [], arrived_at: null, bed: '',
  signatures: {}, record: null, vitals: [], ...more,
});

it('shows the newest known value of each sign and its trend past the noise', () => {
  const sets = [set(1, { hr: 80, sbp: 150, dbp: 90 }), set(2, { hr: 120 }), set(3, { spo2: 91, hr: 121 })];
  expect(newest(sets, 'hr')).toEqual({ text: '121', trend: 'level', at: 3 });
  expect(newest(sets.slice(0, 2), 'hr').trend).toBe('up');
  expect(newest(sets, 'bp')).toEqual({ text: '150/90', trend: null, at: 1 });
  expect(newest(sets, 'gcs')).toEqual({ text: '–', trend: null, at: null });
});

it('orders the waiting by how long, the coming by when, unknown last', () => {
  const rows = [row('late', { eta_at: 900 }), row('unknown'), row('soon', { eta_at: 100 }), row('here', { arrived_at: 50 }), row('first', { arrived_at: 10 })];
  const { here, coming } = inOrder(rows);
  expect(here.map((one) => one.id)).toEqual(['first', 'here']);
  expect(coming.map((one) => one.id)).toEqual(['soon', 'late', 'unknown']);
});

it('offers accept, then a bed, then waits, then the signature', () => {
  expect(nextStep(row('a'))).toBe('accept');
  expect(nextStep(row('a', { accepted_at: 1 }))).toBe('bed');
  expect(nextStep(row('a', { accepted_at: 1, bed: '4' }))).toBe('wait');
  expect(nextStep(row('a', { accepted_at: 1, bed: '4', arrived_at: 2 }))).toBe('sign');
  expect(nextStep(row('a', { accepted_at: 1, bed: '4', arrived_at: 2, signatures: { hospital: { at: 3, name: 'Okafor' } } }))).toBe('wait');
});

it('knows a question nobody has answered, and what is not known', () => {
  expect(openQuestion(row('a', { messages: [{ at: 1, side: 'hospital', text: 'Blood thinners?' }] }))).toBe('Blood thinners?');
  expect(openQuestion(row('a', { messages: [{ at: 1, side: 'hospital', text: '?' }, { at: 2, side: 'crew', text: 'No' }] }))).toBeNull();
  expect(who({ age: '', sex: '' })).toBe('age and sex unknown');
});
