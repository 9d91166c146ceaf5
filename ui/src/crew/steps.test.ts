import { expect, it } from 'vitest';
import type { Moment } from '../kernel/rows';
import { next, others, REPORTED, statusOf } from './steps';

it('leads from notified to back in service, one step after the other', () => {
  const walked: Moment[] = ['notified'];
  for (let step = next('notified'); step; step = next(step)) walked.push(step);
  expect(walked).toEqual(['notified', ...REPORTED.filter((moment) => moment !== 'staged')]);
});

it('goes on to the scene after staging', () => {
  expect(next('staged')).toBe('on_scene');
});

it('offers every other status that has no time yet, so that a forgotten one can be entered late', () => {
  const offered = others('on_scene', { notified: 1, acknowledged: 2, on_scene: 4 });
  expect(offered).toContain('en_route');
  expect(offered).toContain('back_in_service');
  expect(offered).not.toContain('at_patient');
  expect(offered).not.toContain('acknowledged');
});

it('takes the latest time as the status, the further one of two at once', () => {
  expect(statusOf({ notified: 10, on_scene: 30, en_route: 40 })).toBe('en_route');
  expect(statusOf({ on_scene: 30, at_patient: 30 })).toBe('at_patient');
  expect(statusOf({})).toBeNull();
});
