import { expect, it } from 'vitest';
import { customNode } from './chosen';
import { customMissing, resultContent, resultOf } from './custom';
import { Dictionary, lookUp, type DictionaryJson } from './dictionary';
import { rolesAboard } from './people';
import { listOf, nameOf, offered } from './picks';
import { SAMPLE } from './sample';
import { addGroup, setElement, type Tree } from './tree';
import { findings, wrongValue } from './values';

const LOT = { id: 'lot', title: 'Lot number', definition: '', kind: 'text' as const, usage: 'R' as const, many: false, extends: 'eVitals.VitalGroup', values: {}, standsFor: {}, nv: [], pn: [] };
const VACCINE = { ...LOT, id: 'shot', usage: 'O' as const, values: { '1': 'COVID-19' } };
const STATE: NonNullable<DictionaryJson['state']> = {
  off: ['ePatient.15'],
  wanted: ['ePatient.17'],
  custom: [LOT, VACCINE],
  choices: { 'eVitals.26': ['3326001'] },
  lists: { 'eSituation.10': [['R51', 'Headache, any', null], ['R05', 'R05', null]] },
  scope: {
    'eMedications.03': { says: 'the state’s list', limits: { '9905005': { only: ['1191'] }, '9905007': { only: ['1191', '4337'] } } },
    'eProcedures.03': { says: 'the national scope model', limits: { '9905005': { beyond: ['232674004'] } } },
  },
  destinations: [],
};
const sections: DictionaryJson['sections'] = {
  ...SAMPLE.json.sections,
  eCustomResults: { n: 'eCustomResults', c: [{ n: 'eCustomResults.ResultsGroup', m: 1, c: [
    { n: 'eCustomResults.01', l: 'Result', u: 'M', t: 'Name', m: 1, nil: 1 },
    { n: 'eCustomResults.02', l: 'Element', u: 'M', t: 'Name' },
    { n: 'eCustomResults.03', l: 'Group', u: 'O', t: 'Name' },
  ] }] },
};
const of = new Dictionary({ ...SAMPLE.json, sections, state: STATE });
const missing = (tree: Tree) => findings(tree, of).map((one) => one.number);

it('asks for what the state collects, and for nothing else', () => {
  expect(missing({})).toContain('ePatient.17');
  expect(missing({})).not.toContain('ePatient.15');
  expect(missing({})).not.toContain('eVitals.07');
});

it('asks for a state’s own required element until it is charted anywhere', () => {
  expect(customMissing({}, of).map((one) => [one.number, one.path])).toEqual([['lot', 'eVitals.VitalGroup']]);
  const charted = addGroup({}, 'eCustomResults.ResultsGroup', 'r1', resultContent(LOT, 'v1', ['FN3230']), of);
  expect(customMissing(charted, of)).toEqual([]);
  expect(resultOf(charted, 'lot', 'v1', of)?.id).toBe('r1');
  expect(resultOf(charted, 'lot', 'v2', of)).toBeUndefined();
});

it('checks a state’s own element by its list of values', () => {
  const node = customNode(VACCINE);
  expect(wrongValue(of.type(node.t), '1')).toBeNull();
  expect(wrongValue(of.type(node.t), '2')).toBe('not in the list of values');
  expect(of.label(node, '1')).toBe('COVID-19');
});

it('takes of a closed list what the state takes, and words from the agency’s lists before its own', () => {
  expect(of.chosen.takes('eVitals.26', '3326001')).toBe(true);
  expect(of.chosen.takes('eVitals.26', '3326007')).toBe(false);
  expect(nameOf('eSituation.10', 'R51', of)).toBe('Headache, any');
  expect(listOf('eSituation.10', of)?.map((one) => one.code)).toEqual(['R51', 'R05']);
});

it('offers a level what is in its scope first and withholds nothing', () => {
  const list = offered('eMedications.03', '9905005', of)!;
  expect(list[0]).toEqual({ code: '1191', label: 'Aspirin' });
  expect(list.find((one) => one.code === '4337')).toEqual({ code: '4337', label: 'Fentanyl', mark: 'beyond EMT' });
  expect(list.length).toBe(listOf('eMedications.03', of)!.length);
  expect(offered('eMedications.03', '9905007', of)!.slice(0, 2).map((one) => one.label)).toEqual(['Aspirin', 'Fentanyl']);
  expect(offered('eMedications.03', '9905043', of)!.every((one) => one.mark === undefined)).toBe(true);
  expect(lookUp(list, 'f').map((one) => one.label)[0]).toBe('Fentanyl');
});

it('judges by the national model only what the model names', () => {
  expect(of.chosen.beyond('eProcedures.03', '232674004', '9905005')).toBe('the national scope model');
  expect(of.chosen.beyond('eProcedures.03', '65653002', '9905005')).toBeNull();
  expect(of.chosen.beyond('eProcedures.03', '232674004', '9905007')).toBeNull();
});

it('follows the crew that signed on, not the vehicle', () => {
  const member = (skill: string) => ({ id: skill, name: skill, skill });
  expect(rolesAboard({ skill: 'paramedic', crew: [member('emt'), member('aemt')] })).toEqual(['9905001', '9905005']);
  expect(rolesAboard({ skill: 'paramedic', crew: [] })).toEqual(['9905007']);
  expect(rolesAboard(null)).toEqual([]);
});

it('writes an attribute of a group, and takes it out again', () => {
  const tree = addGroup({}, 'eVitals.VitalGroup', 'v1', { 'eVitals.26': '3326001' }, of);
  const linked = setElement(tree, 'eVitals.VitalGroup[v1]@CorrelationID', 'c1', of);
  expect((linked.eVitals as { 'eVitals.VitalGroup': Tree[] })['eVitals.VitalGroup'][0]!.a).toEqual({ CorrelationID: 'c1' });
  expect(setElement(linked, 'eVitals.VitalGroup[v1]@CorrelationID', null, of)).toEqual(tree);
});
