import { expect, it } from 'vitest';
import { EMPTY, elementInWords, groupInWords, sizeOf, withElements, withGroup, withoutGroup, type Draft } from './addendum';
import { SAMPLE as of } from './sample';
import { addGroup, at, overlaid, repeats, setElement, type Tree } from './tree';

const V1 = 'eVitals.VitalGroup[v1]';
const V2 = 'eVitals.VitalGroup[v2]';
const LOCKED: Tree = addGroup(setElement({}, 'ePatient.15', '54', of), 'eVitals.VitalGroup', 'v1', { 'eVitals.26': '3326001' }, of);
const shown = (draft: Draft): Tree => overlaid(LOCKED, [{ name: 'amend-record', fields: { ...draft } }], of);

it('adds a forgotten set of vital signs, writes in it and takes another one out', () => {
  let draft = withGroup(EMPTY, { path: 'eVitals.VitalGroup', group: 'v2', content: { 'eVitals.26': '3326007' } });
  draft = withElements(draft, [{ path: `${V2}/eVitals.10`, value: '88' }], LOCKED, of);
  draft = withoutGroup(draft, V1);
  expect(repeats(shown(draft), 'eVitals.VitalGroup', of).map((one) => one.id)).toEqual(['v2']);
  expect(at(shown(draft), `${V2}/eVitals.10`, of)).toBe('88');
  expect(draft.added[0]?.content).toMatchObject({ 'eVitals.26': '3326007', 'eVitals.HeartRateGroup': { 'eVitals.10': '88' } });
  expect(sizeOf(draft)).toBe(2);
});

it('forgets what it added when that is taken out again, with all that was written in it', () => {
  let draft = withGroup(EMPTY, { path: 'eVitals.VitalGroup', group: 'v2', content: {} });
  draft = withElements(draft, [{ path: `${V2}/eVitals.10`, value: '88' }, { path: 'ePatient.15', value: '47' }], LOCKED, of);
  expect(withoutGroup(draft, V2)).toEqual({ added: [], entries: [{ path: 'ePatient.15', value: '47' }], removed: [] });
});

it('drops what it corrected in a group that it takes out', () => {
  const draft = withoutGroup(withElements(EMPTY, [{ path: `${V1}/eVitals.26`, value: '3326007' }], LOCKED, of), V1);
  expect(draft).toEqual({ added: [], entries: [], removed: [V1] });
});

it('counts no change where the locked chart says the same', () => {
  const draft = withElements(EMPTY, [{ path: 'ePatient.15', value: '47' }], LOCKED, of);
  expect(sizeOf(withElements(draft, [{ path: 'ePatient.15', value: '54' }], LOCKED, of))).toBe(0);
  expect(sizeOf(withElements(EMPTY, [{ path: 'ePatient.17', value: null }], LOCKED, of))).toBe(0);
  const added = withGroup(EMPTY, { path: 'eVitals.VitalGroup', group: 'v2', content: { 'eVitals.26': '3326007' } });
  expect(withElements(added, [{ path: `${V2}/eVitals.26`, value: null }], LOCKED, of).added[0]?.content).toEqual({});
});

it('says a change in words', () => {
  expect(elementInWords('ePatient.15', '47', of)).toBe('Age: 47');
  expect(elementInWords('ePatient.15', null, of)).toBe('Age: taken out');
});

it('says a group by its first fields where the time line has no words for it', () => {
  expect(groupInWords(`${V1}/eVitals.BloodPressureGroup`, { 'eVitals.07': '90' }, of)).toBe('Blood pressure: DBP: 90');
});
