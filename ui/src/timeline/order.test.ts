import { expect, it } from 'vitest';
import type { TimelineEntry } from '../kernel/rows';
import { fits, inOrder, knownAt, pointAt } from './order';

const entry = (seq: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  seq, id: `f${seq}`, type: 'UnitEnRoute', part: 'dispatch', text: '', by: 'okafor', role: 'dispatcher', occurred_at: seq * 1000, recorded_at: seq * 1000, late: false, unit: null, corrects: null, ...more,
});

it('puts a late entry where it happened and folds a correction under what it corrects', () => {
  const told = inOrder([entry(1), entry(2), entry(3, { occurred_at: 1500, late: true }), entry(4, { corrects: 2 }), entry(5, { corrects: 99 })]);
  expect(told.map((one) => [one.entry.seq, one.corrections.map((each) => each.seq)])).toEqual([[1, []], [3, []], [2, [4]], [5, []]]);
});
it('filters by part and by unit', () => {
  const told = inOrder([entry(1), entry(2, { part: 'care', unit: 'm3' })]);
  expect(told.filter((one) => fits(one, { parts: new Set(['care']), unit: null })).map((one) => one.entry.seq)).toEqual([2]);
  expect(told.filter((one) => fits(one, { parts: new Set(), unit: 'm3' })).map((one) => one.entry.seq)).toEqual([2]);
});
it('plays back what was known, not what had happened', () => {
  expect(knownAt([entry(1), entry(9, { occurred_at: 1000 })], 5000).map((one) => one.seq)).toEqual([1]);
});
it('finds where a unit was last seen by then', () => {
  const track: [number, number, number][] = [[10, 1, 1], [20, 2, 2], [30, 3, 3]];
  expect([5, 10, 25, 99].map((at) => pointAt(track, at)?.[0] ?? null)).toEqual([null, 10, 20, 30]);
});
