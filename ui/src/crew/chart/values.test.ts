import { expect, it } from 'vitest';
import { groupLabel, lookUp } from './dictionary';
import { pageOf } from './jump';
import { SAMPLE as of } from './sample';
import { addGroup, setElement, type Tree } from './tree';
import { findings, say, wrongAt, wrongValue } from './values';

const type = (name: string) => of.type(name);

it('takes what the data set takes, and says what is wrong with the rest', () => {
  expect(wrongValue(type('HeartRate'), '88')).toBeNull();
  expect(wrongValue(type('HeartRate'), '501')).toBe('at most 500');
  expect(wrongValue(type('HeartRate'), '8x')).toBe('a whole number');
  expect(wrongValue(type('DBP'), 'P')).toBeNull();
  expect(wrongValue(type('DBP'), '501')).toBe('not the form expected here');
  expect(wrongValue(type('BodyTemperature'), '37.25')).toBe('at most 1 decimal places');
  expect(wrongValue(type('BodyTemperature'), '37.0')).toBeNull();
  expect(wrongValue(type('Birth'), '2026-02-30')).toBe('there is no such date');
  expect(wrongValue(type('DateTimeType'), '2026-03-14T15:09:26-05:00')).toBeNull();
  expect(wrongValue(type('DateTimeType'), '2026-02-29T15:09:26-05:00')).toBe('there is no such moment');
  expect(wrongValue(type('AVPU'), '3326002')).toBe('not in the list of values');
  expect(wrongValue(type('Name'), '')).toBe('at least 1 characters');
});

it('keeps NOT values alone, and negatives that speak of a value beside one', () => {
  const symptoms = of.element('eSituation.10');
  expect(wrongAt(symptoms, [{ v: 'R07.89', pn: '8801031' }, 'R46.2'], of)).toEqual([]);
  expect(wrongAt(symptoms, [{ nil: true, nv: '7701003' }, 'R46.2'], of)).toEqual(['a NOT value stands alone, not beside values']);
  expect(wrongAt(symptoms, [{ nil: true, pn: '8801031' }], of)).toEqual(['this pertinent negative goes with a value']);
  expect(wrongAt(of.element('eVitals.10'), { nil: true, pn: '8801019' }, of)).toEqual([]);
  expect(say(of.element('eVitals.10'), { nil: true, pn: '8801019' }, of)).toBe('Refused');
});

it('lists what is missing with the way to it, repeat by repeat', () => {
  const missing = (tree: Tree): string[] => findings(tree, of).map((one) => one.path);
  expect(missing({})).toEqual(['ePatient.15', 'eVitals.VitalGroup/eVitals.01', 'eVitals.VitalGroup/eVitals.10', 'eVitals.VitalGroup/eVitals.26', 'eSituation.10']);
  let tree = addGroup({}, 'eVitals.VitalGroup', 'v1', { 'eVitals.26': '3326001' }, of);
  tree = setElement(tree, 'ePatient.15', { nil: true, nv: '7701003' }, of);
  expect(missing(tree)).toEqual(['eVitals.VitalGroup[v1]/eVitals.01', 'eVitals.VitalGroup[v1]/eVitals.10', 'eSituation.10']);
});

it('finds the page of a missing field, in a repeat or not', () => {
  expect(pageOf('eVitals.VitalGroup[v1]/eVitals.10', of)).toBe('vitals');
  expect(pageOf('eVitals.VitalGroup/eVitals.01', of)).toBe('vitals');
  expect(pageOf('eSituation.10', of)).toBe('complaint');
});

it('looks codes up by beginning, by words in any order, by initials', () => {
  const choices = [
    { code: '1', label: 'Bag valve mask ventilation' },
    { code: '2', label: 'Ventimask' },
    { code: '3', label: 'Non-Rebreather Mask' },
  ];
  expect(lookUp(choices, 'venti').map((one) => one.code)).toEqual(['2', '1']);
  expect(lookUp(choices, 'mask bag').map((one) => one.code)).toEqual(['1']);
  expect(lookUp(choices, 'bvm').map((one) => one.code)).toEqual(['1']);
  expect(lookUp(choices, '3').map((one) => one.code)).toEqual(['3']);
  expect(lookUp(choices, 'tourniquet')).toEqual([]);
});

it('names groups in words', () => {
  expect(groupLabel('eVitals.BloodPressureGroup')).toBe('Blood pressure');
  expect(groupLabel('eSituation')).toBe('Situation');
});
