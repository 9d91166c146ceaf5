import { expect, it } from 'vitest';
import type { AssignmentRow } from '../kernel/rows';
import { assignmentWith, type Given } from './pending';

const row: AssignmentRow = {
  id: 'i/1', unit: 'm1', call_sign: 'M1', slot: 'als', mode: 'hot', status: 'en_route', since: 30, times: { notified: 10, acknowledged: 20, en_route: 30 },
  eta_s: null, eta_at: null, position_age_s: null, facility: null, facility_name: '', override: '', reasons: [], outcome: '', active: true, out_of_order: [],
};
const given = (name: string, fields: Record<string, unknown>): Given => ({ id: name, part: 'dispatch', name, fields: { assignment: 'i/1', ...fields } });

it('shows a status given without a link, and takes it back with its withdrawal', () => {
  const there = [given('report-status', { status: 'on_scene', at: 40 })];
  expect(assignmentWith(row, there)).toMatchObject({ status: 'on_scene', since: 40, times: { on_scene: 40 } });
  expect(assignmentWith(row, [...there, given('withdraw-status', { moment: 'on_scene' })])).toMatchObject({ status: 'en_route', since: 30 });
});

it('keeps the server’s time where it has one already', () => {
  const echoed = { ...row, status: 'on_scene' as const, since: 41, times: { ...row.times, on_scene: 41 } };
  expect(assignmentWith(echoed, [given('report-status', { status: 'on_scene', at: 40 })]).times.on_scene).toBe(41);
});

it('ends with back in service, and leaves other assignments alone', () => {
  expect(assignmentWith(row, [given('report-status', { status: 'back_in_service', at: 90 })]).active).toBe(false);
  expect(assignmentWith(row, [{ id: 'x', part: 'dispatch', name: 'report-status', fields: { assignment: 'i/2', status: 'on_scene', at: 40 } }])).toBe(row);
});
