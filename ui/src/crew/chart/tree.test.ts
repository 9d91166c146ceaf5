import { expect, it } from 'vitest';
import { SAMPLE as of } from './sample';
import { addGroup, at, NoSuchPlace, overlaid, removeGroup, repeats, setElement, type Tree } from './tree';

const V1 = 'eVitals.VitalGroup[v1]';

it('writes an element through the single groups in between, in schema order', () => {
  let tree: Tree = setElement({}, 'eSituation.10', 'R46.2', of);
  tree = setElement(tree, 'ePatient.15', '72', of);
  expect(tree).toEqual({ ePatient: { 'ePatient.AgeGroup': { 'ePatient.15': '72' } }, eSituation: { 'eSituation.10': ['R46.2'] } });
  expect(Object.keys(tree)).toEqual(['ePatient', 'eSituation']);
});

it('leaves no empty group behind when the last element is taken out', () => {
  expect(setElement(setElement({}, 'ePatient.15', '72', of), 'ePatient.15', null, of)).toEqual({});
});

it('adds a repeat once, writes into it, and takes it out again', () => {
  let tree = addGroup({}, 'eVitals.VitalGroup', 'v1', { 'eVitals.26': '3326001' }, of);
  tree = addGroup(tree, 'eVitals.VitalGroup', 'v1', {}, of);
  tree = setElement(tree, `${V1}/eVitals.10`, '88', of);
  expect(repeats(tree, 'eVitals.VitalGroup', of)).toHaveLength(1);
  expect(at(tree, `${V1}/eVitals.10`, of)).toBe('88');
  expect(removeGroup(tree, V1, of)).toEqual({});
});

it('refuses a place the data set or the record does not have', () => {
  expect(() => setElement({}, `${V1}/eVitals.10`, '88', of)).toThrow(NoSuchPlace);
  expect(() => setElement({}, 'eVitals.99', '88', of)).toThrow('no eVitals.99');
});

it('lays what waits on this device over the server’s tree, in order, and changes neither', () => {
  const server: Tree = addGroup({}, 'eVitals.VitalGroup', 'v1', {}, of);
  const before = JSON.stringify(server);
  const shown = overlaid(server, [
    { name: 'chart-elements', fields: { entries: [{ path: `${V1}/eVitals.10`, value: '88' }, { path: 'ePatient.15', value: '72' }] } },
    { name: 'add-group', fields: { path: 'eVitals.VitalGroup', group: 'v2', content: { 'eVitals.26': '3326007' } } },
    { name: 'chart-elements', fields: { entries: [{ path: `${V1}/eVitals.10`, value: '92' }] } },
  ], of);
  expect(at(shown, `${V1}/eVitals.10`, of)).toBe('92');
  expect(repeats(shown, 'eVitals.VitalGroup', of).map((group) => group.id)).toEqual(['v1', 'v2']);
  expect(JSON.stringify(server)).toBe(before);
});

it('shows the rest when the group of a waiting entry was taken away on another device', () => {
  const shown = overlaid({}, [
    { name: 'chart-elements', fields: { entries: [{ path: 'eVitals.VitalGroup[gone]/eVitals.10', value: '88' }] } },
    { name: 'chart-elements', fields: { entries: [{ path: 'ePatient.15', value: '72' }] } },
  ], of);
  expect(at(shown, 'ePatient.15', of)).toBe('72');
});
