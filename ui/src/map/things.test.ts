import { expect, it } from 'vitest';
import { incidentFeatures, uncertaintyFeatures, unitFeatures, type MapUnit } from './things';

const NOW = 10_000_000;
const unit = (more: Partial<MapUnit>): MapUnit => ({ id: 'M3', label: 'M3', status: 'en_route', at: [9.5, 47.1], heading: 90, position_at: NOW - 5_000, ...more });
const first = (more: Partial<MapUnit>) => unitFeatures([unit(more)], NOW, null).features[0]?.properties;

it('shows a fresh position plainly, in its heading', () => {
  expect(first({})).toMatchObject({ label: 'M3', fade: 1, turn: 90, image: 'unit-en_route' });
});
it('fades an old position and shows its age', () => {
  expect(first({ position_at: NOW - 180_000 })).toMatchObject({ label: 'M3 · 3 m' });
  expect(first({ position_at: NOW - 180_000 })?.fade).toBeLessThan(0.8);
});
it('never shows an unknown age as fresh', () => {
  expect(first({ position_at: null })).toMatchObject({ label: 'M3 · age unknown', fade: 0.35 });
});
it('leaves out what has no position, and draws an unknown status as unknown', () => {
  expect(unitFeatures([unit({ at: null })], NOW, null).features).toEqual([]);
  expect(first({ status: 'beamed_up' })).toMatchObject({ image: 'unit-unknown' });
});
it('closes the ring of a notified unit as its clock runs', () => {
  expect([0, 0.5, 1, 7].map((waited) => first({ status: 'notified', waited })?.image)).toEqual([
    'unit-notified-0', 'unit-notified-4', 'unit-notified-8', 'unit-notified-8',
  ]);
});
it('marks an incident by its level, and its uncertainty to scale', () => {
  const incidents = [{ id: '1', label: '0231', level: null, at: [9.5, 47.1] as [number, number], uncertain_m: 1113.2 }];
  expect(incidentFeatures(incidents, '1').features[0]?.properties).toMatchObject({ image: 'level-none', selected: true });
  const ring = uncertaintyFeatures(incidents).features[0]?.geometry;
  expect(ring?.type === 'Polygon' && ring.coordinates[0]?.[0]?.[1]).toBeCloseTo(47.11, 4);
});
