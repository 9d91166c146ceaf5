import { expect, it } from 'vitest';
import type { AssignmentRow, IncidentRow, Moment } from '../kernel/rows';
import { allClear, likelyOutcome, waits } from './closing';

const OUTCOMES = ['patient transported', 'treated and released', 'no patient found'];

const assignment = (status: Moment, more: Partial<AssignmentRow> = {}): AssignmentRow => ({
  id: 'a', unit: 'm1', call_sign: 'M1', slot: 'als', mode: 'hot', status, since: 5, times: {}, eta_s: null, eta_at: null, position_age_s: null, facility: null,
  facility_name: '', override: '', reasons: [], outcome: '', active: status !== 'back_in_service' && status !== 'cancelled', out_of_order: [], ...more,
});
const row = (status: IncidentRow['status'], waiting_since: number | null, ...assignments: AssignmentRow[]) => ({ status, waiting_since, assignments });

it('is to be closed once everybody who came is done', () => {
  expect(allClear(row('clearing', null, assignment('back_in_service'), assignment('cancelled')))).toBe(true);
});

it('is not to be closed while somebody is still clearing', () => {
  expect(allClear(row('clearing', null, assignment('back_in_service'), assignment('care_transferred')))).toBe(false);
});

it('waits again when the only unit was stood down before it arrived', () => {
  const stoodDown = row('clearing', 7, assignment('cancelled'));
  expect(allClear(stoodDown)).toBe(false);
  expect(waits(stoodDown)).toBe(true);
});

it('is neither while it is scheduled', () => {
  expect(allClear(row('scheduled', null))).toBe(false);
  expect(waits(row('scheduled', null))).toBe(false);
});

it('proposes what the units reported, a transport before all', () => {
  const transported = assignment('back_in_service', { times: { left_scene: 3 } });
  const released = assignment('back_in_service', { outcome: 'treated and released' });
  expect(likelyOutcome(row('clearing', null, transported, released), OUTCOMES)).toBe('patient transported');
  expect(likelyOutcome(row('clearing', null, assignment('cancelled'), released), OUTCOMES)).toBe('treated and released');
});

it('proposes nothing that is not one of the outcomes', () => {
  expect(likelyOutcome(row('clearing', null, assignment('back_in_service', { outcome: 'went home' })), OUTCOMES)).toBe('');
});
