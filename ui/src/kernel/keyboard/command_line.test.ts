import { describe, expect, it } from 'vitest';
import { one, read, several, words, type Candidate, type Reading, type Verb, type Vocabulary } from './command_line';

const named = (...labels: string[]): Candidate[] => labels.map((label) => ({ id: label, label }));
const vocabulary: Vocabulary = {
  unit: () => named('M1', 'M3', 'M12', 'M31', 'E7', 'S1'),
  incident: () => [{ id: 'i-231', label: '0231', also: ['12 Mill Lane'] }, { id: 'i-229', label: '0229' }, { id: 'i-131', label: '0131' }],
  facility: () => named('St Anne', 'Meridian General', 'Mercy'),
  service: () => named('extrication', 'lift'),
};
const unit = { name: 'unit', kind: 'unit' };
const incident = { name: 'incident', kind: 'incident' };
const verb = (name: string, slots: Verb['slots'], also: string[] = []): Verb => ({ name, also, slots, says: name, run: () => undefined });
const verbs = [
  verb('send', [{ ...unit, many: true }, incident]),
  verb('add', [{ ...unit, many: true }, incident]),
  verb('divert', [unit, incident]),
  verb('os', [unit], ['on scene', 'onscene']),
  verb('st', [unit], ['staged']),
  verb('tr', [unit, { name: 'facility', kind: 'facility', optional: true }], ['transporting', 'transport']),
  verb('oos', [unit, { name: 'reason', kind: 'word' }, { name: 'until', kind: 'time', optional: true }], ['out of service']),
  verb('note', [incident, { name: 'text', kind: 'text' }]),
  verb('fire', [incident, { name: 'service', kind: 'service', optional: true }]),
  verb('find', [{ name: 'place', kind: 'text' }]),
  verb('call', []),
];
vocabulary.word = () => named('brakes', 'crew rest', 'fuel');
const say = (line: string): Reading => read(line, verbs, vocabulary);
const units = (reading: Reading): string[] => several(reading.values, 'unit').map(({ label }) => label);

describe('the command line', () => {
  it.each([
    ['send m3 231', ['M3'], '0231'],
    ['SEND M-3 to 0231', ['M3'], '0231'],
    ['send m 3 231', ['M3'], '0231'],
    ['send m12 to 229', ['M12'], '0229'],
    ['send m3 e7 231', ['M3', 'E7'], '0231'],
    ['m3 send 231', ['M3'], '0231'],
    ['se m3 mill', ['M3'], '0231'],
  ])('understands “%s”', (line, which, where) => {
    const reading = say(line);
    expect([units(reading), one(reading.values, 'incident')?.label, reading.ready]).toEqual([which, where, true]);
  });

  it.each([
    ['os m3', 'os'],
    ['m3 on scene', 'os'],
    ['M12 os', 'os'],
    ['m3 is on scene', 'os'],
    ['st m3', 'st'],
    ['m1 staged', 'st'],
  ])('takes a status either way round: “%s”', (line, name) => {
    expect([say(line).verb?.name, say(line).ready]).toEqual([name, true]);
  });

  it('names a hospital by a part of its name, in one word or two', () => {
    for (const line of ['tr m3 st-anne', 'tr m3 st anne', 'tr m3 anne', 'm3 tr to stan']) {
      expect([line, one(say(line).values, 'facility')?.label]).toEqual([line, 'St Anne']);
    }
    expect(say('tr m3').ready).toBe(true);
  });

  it('reads a reason and a time', () => {
    const reading = say('oos m1 brakes 1600');
    expect([one(reading.values, 'reason')?.label, words(reading.values, 'until'), reading.ready]).toEqual(['brakes', '16:00', true]);
  });

  it('keeps free text as it was written', () => {
    expect(words(say('note 231 Dog in the yard, gate 4711').values, 'text')).toBe('Dog in the yard, gate 4711');
  });

  it('says what is missing and how to go on', () => {
    expect(say('send m3 ').problem).toBe('which incident?');
    expect(say('send m3 ').completions.map(({ line }) => line)).toEqual(['send M3 0231 ', 'send M3 0229 ', 'send M3 0131 ']);
    expect(say('tr m3 m').completions.map(({ label }) => label)).toEqual(['Mercy', 'Meridian General']);
  });

  it('asks instead of guessing when two fit', () => {
    const reading = say('send m3 31');
    expect([reading.ready, reading.problem]).toEqual([false, 'which incident: 0231, 0131?']);
  });

  it('prefers the exact unit to a longer one', () => {
    expect(units(say('send m3 229'))).toEqual(['M3']);
    expect(units(say('os m31'))).toEqual(['M31']);
  });

  it('says what it does not know', () => {
    expect(say('send m99 231').problem).toBe('no unit “m99”');
    expect(say('frobnicate').problem).toContain('not a command');
    expect(say('os m3 now please').problem).toBe('“now please” is not understood here');
  });

  it('completes verbs and units from their beginning', () => {
    expect(say('s').completions.map(({ label }) => label)).toEqual(['send', 'st', 'S1']);
    expect(say('m').completions.map(({ label }) => label)).toEqual(['M1', 'M3', 'M12', 'M31']);
    expect(say('').completions.length).toBeGreaterThan(3);
  });

  it('runs a verb that needs nothing', () => {
    expect(say('call').ready).toBe(true);
  });

  it('never throws on what people type', () => {
    for (const line of ['  ', '?', 'send', 'send  to  ', '\u202e', 'note 231', 'm3', 'oos m1 brakes 99:99', '((', 'tr m3 st st st']) {
      expect(() => say(line)).not.toThrow();
    }
  });
});
