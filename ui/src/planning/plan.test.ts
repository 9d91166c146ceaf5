import { describe, expect, it } from 'vitest';
import { addUnit, changes, changeUnit, placePost, postsOf, removeUnit, restorePost, takeHomes, type Plan } from './plan';

const POSTS = [{ name: 'Ashford', lon: 1, lat: 2 }, { name: 'Bellmere', lon: 3, lat: 4 }];
const unit = (name: string, home: string) => ({ name, home, kind: 'als', start: '', end: '' });
const PRESENT: Plan = { name: 'as it is', posts: [], units: [unit('M1', 'Ashford'), unit('M2', 'Bellmere')], policy: 'closest', q: 0.3, calls_per_day: null };

describe('a plan', () => {
  it('is unchanged as it is', () => expect(changes(PRESENT, PRESENT, POSTS)).toEqual([]));

  it('moves a post and puts it back', () => {
    const moved = placePost(PRESENT, 'Ashford', [9, 9]);
    expect(postsOf(moved, POSTS)[0]).toEqual({ name: 'Ashford', lon: 9, lat: 9 });
    expect(changes(moved, PRESENT, POSTS)).toEqual(['Ashford moved']);
    expect(restorePost(moved, 'Ashford', POSTS)).toEqual(PRESENT);
  });

  it('keeps a new post while somebody is based there', () => {
    const fresh = placePost(PRESENT, 'Mill', [5, 5]);
    const based = changeUnit(fresh, 'M1', { home: 'Mill' });
    expect(changes(based, PRESENT, POSTS)).toEqual(['new post Mill', 'M1 to Mill']);
    expect(restorePost(based, 'Mill', POSTS)).toBe(based);
    expect(restorePost(fresh, 'Mill', POSTS).posts).toEqual([]);
  });

  it('never gives an added unit a name that was taken', () => {
    const present = { ...PRESENT, units: [...PRESENT.units, unit('A1', 'Ashford')] };
    const without = removeUnit(present, 'A1');
    const added = addUnit(without, 'Bellmere', 'bls', present.units);
    expect(changes(added, present, POSTS)).toEqual(['A2 (BLS) added at Bellmere', 'A1 removed']);
  });

  it('says hours and policy', () => {
    const hours = changeUnit(PRESENT, 'M1', { start: '07:00', end: '19:00' });
    expect(changes({ ...hours, policy: 'dmexclp' }, PRESENT, POSTS)).toEqual(['M1 on duty 07:00 to 19:00', 'policy dmexclp', 'q 0.3']);
  });
});

it('homes that a search found are put into the plan, and nothing else', () => {
  const next = takeHomes(PRESENT, [{ unit: 'M1', home: 'Bellmere' }, { unit: 'gone', home: 'Bellmere' }]);
  expect(next.units.find((unit) => unit.name === 'M1')?.home).toBe('Bellmere');
  expect(next.units).toHaveLength(PRESENT.units.length);
  expect(next.units.filter((unit) => unit.name !== 'M1')).toEqual(PRESENT.units.filter((unit) => unit.name !== 'M1'));
});
