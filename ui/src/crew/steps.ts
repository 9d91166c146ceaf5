/** What comes next on an assignment, and what else can be reported: the order of a normal day, with every way out of it. */
import type { Moment } from '../kernel/rows';

/** The next status of the big button; null when the assignment has ended. */
const NEXT: Partial<Record<Moment, Moment>> = {
  reserved: 'en_route',
  scheduled: 'en_route',
  notified: 'acknowledged',
  acknowledged: 'en_route',
  en_route: 'on_scene',
  staged: 'on_scene',
  on_scene: 'at_patient',
  at_patient: 'left_scene',
  left_scene: 'at_destination',
  at_destination: 'care_transferred',
  care_transferred: 'back_in_service',
};

/** What a crew reports, in the order of a normal day. */
export const REPORTED: readonly Moment[] = [
  'acknowledged', 'en_route', 'staged', 'on_scene', 'at_patient', 'left_scene', 'at_destination', 'care_transferred', 'back_in_service',
];

/** As the button says it: what pressing it states. */
export const SAYS: Record<Moment, string> = {
  reserved: 'Reserved',
  scheduled: 'Scheduled',
  notified: 'Notified',
  acknowledged: 'Acknowledge',
  en_route: 'En route',
  staged: 'Staged',
  on_scene: 'On scene',
  at_patient: 'At patient',
  left_scene: 'Leaving scene',
  at_destination: 'At destination',
  care_transferred: 'Care transferred',
  back_in_service: 'Back in service',
  home: 'At post',
  cancelled: 'Cancelled',
  diverted: 'Diverted',
};

export const UNDO_MS = 10_000;

export type Times = Partial<Record<Moment, number>>;

/** The status with the latest time; of equal times, the one further on in the day. */
export function statusOf(times: Times): Moment | null {
  const order: readonly Moment[] = ['reserved', 'scheduled', 'notified', ...REPORTED, 'home', 'cancelled', 'diverted'];
  let found: Moment | null = null;
  for (const moment of order) {
    const at = times[moment];
    if (at !== undefined && (found === null || at >= (times[found] ?? 0))) found = moment;
  }
  return found;
}

export function next(status: Moment): Moment | null {
  return NEXT[status] ?? null;
}

/** Everything else that may be reported now: not yet timed, and not the big button's. */
export function others(status: Moment, times: Times): Moment[] {
  const first = next(status);
  return REPORTED.filter((moment) => moment !== first && times[moment] === undefined);
}
