import { expect, it } from 'vitest';
import { fitting } from './complaints';

const list = [
  { id: 'cardiac_arrest', name: 'Cardiac arrest', default_level: 1, family: 'arrest', words: ['cpr', 'not breathing'] },
  { id: 'breathing_problem', name: 'Breathing problem', default_level: 2, family: 'medical', words: ['asthma', 'short of breath'] },
  { id: 'chest_pain', name: 'Chest pain', default_level: 2, family: 'medical', words: ['heart attack'] },
  { id: 'heart_problem', name: 'Heart problem', default_level: 2, family: 'medical', words: ['palpitations'] },
];
const ids = (typed: string) => fitting(typed, list).map(({ id }) => id);

it('finds a complaint by its name, by what callers say, by any part', () => {
  expect(ids('breath')).toEqual(['breathing_problem', 'cardiac_arrest']);
  expect(ids('asth')).toEqual(['breathing_problem']);
  expect(ids('heart att')).toEqual(['chest_pain']);
  expect(ids('heart')).toEqual(['heart_problem', 'chest_pain']);
  expect(ids('PAIN, chest')).toEqual(['chest_pain']);
});
it('shows all for nothing typed and none for nonsense', () => {
  expect(ids(' ')).toHaveLength(4);
  expect(ids('zzz')).toEqual([]);
});
