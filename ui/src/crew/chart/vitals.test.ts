import { expect, it } from 'vitest';
import { lines, notesAreIn } from './story';
import { SAMPLE } from './sample';
import { inOneLine, SIGNS, unusual, vitalGroup } from './vitals';

const sign = (key: string) => SIGNS.find((one) => one.key === key)!;

it('asks about what is likelier a slip than a value, and lets the rest be', () => {
  expect(unusual(sign('hr'), { hr: '88' })).toBeNull();
  expect(unusual(sign('hr'), { hr: '880' })).toBe('unusually high: over 250');
  expect(unusual(sign('spo2'), { spo2: '9' })).toBe('unusually low: under 50');
  expect(unusual(sign('dbp'), { sbp: '80', dbp: '120' })).toBe('not under the systolic');
  expect(unusual(sign('hr'), {})).toBeNull();
});

it('puts a set into the groups of the data set, with the total of the Glasgow score', () => {
  expect(vitalGroup({ hr: '88', sbp: '120', dbp: '80', eye: '4', verbal: '5', motor: '6' }, '2026-03-14T15:09:26-05:00')).toEqual({
    'eVitals.01': '2026-03-14T15:09:26-05:00',
    'eVitals.02': '9923001',
    'eVitals.BloodPressureGroup': { 'eVitals.06': '120', 'eVitals.07': '80' },
    'eVitals.HeartRateGroup': { 'eVitals.10': '88' },
    'eVitals.GlasgowScoreGroup': { 'eVitals.19': '4', 'eVitals.20': '5', 'eVitals.21': '6', 'eVitals.23': '15' },
    'eVitals.26': '3326001',
  });
});

it('does not guess the responsiveness between alert and unresponsive', () => {
  expect(vitalGroup({ eye: '3', verbal: '4', motor: '6' }, 'x')['eVitals.26']).toBeUndefined();
  expect(inOneLine({ sbp: '120' })).toBe('BP 120/–');
});

it('places a note by its clock time near the rest of the story', () => {
  notesAreIn(() => -5 * 3_600_000);
  const tree = {
    eVitals: { 'eVitals.VitalGroup': [{ id: 'v1', 'eVitals.01': '2026-03-14T00:05:00-05:00' }] },
    eNarrative: { 'eNarrative.01': '23:58 Found on the floor\nMoved to the stretcher' },
  };
  const story = lines(tree, SAMPLE_WITH_CARE());
  expect(story.map((line) => line.kind)).toEqual(['note', 'vitals', 'note']);
  expect(story[0]!.at).toBe(Date.parse('2026-03-13T23:58:00-05:00'));
});

/** The time line asks for medications, procedures and the narrative too. */
function SAMPLE_WITH_CARE() {
  const { json } = SAMPLE;
  const section = (n: string, group: string) => ({ n, c: [{ n: group, m: 1 as const, c: [] }] });
  return new (SAMPLE.constructor as new (made: typeof json) => typeof SAMPLE)({
    ...json,
    sections: { ...json.sections, eMedications: section('eMedications', 'eMedications.MedicationGroup'), eProcedures: section('eProcedures', 'eProcedures.ProcedureGroup') },
  });
}
