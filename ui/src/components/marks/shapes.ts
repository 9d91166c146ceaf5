/**
 * The marks of Golden Hour, as shapes on a 20x20 field: drawn by `LevelMark` and `UnitMark` in lists, by
 * `map/images.ts` on the map, and on paper. One definition, so that they can never differ.
 *
 * `ink` names what paints a shape: the mark's own colour, the ground under it, or the text on it.
 */
export type Ink = 'mark' | 'ground' | 'on';

export interface Shape {
  d: string;
  fill?: Ink;
  stroke?: Ink;
  width?: number;
  /** Turned with the unit's heading. */
  turns?: boolean;
}

export type Level = 1 | 2 | 3 | 4 | 5;

export const LEVEL_WORDS: Record<Level, string> = {
  1: 'Level 1, immediate threat',
  2: 'Level 2, potential threat, ALS',
  3: 'Level 3, potential threat, BLS',
  4: 'Level 4, no time benefit',
  5: 'Level 5, scheduled or referral',
};

export const LEVEL_SHAPES: Record<Level, Shape[]> = {
  1: [{ d: 'M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z', fill: 'mark' }],
  2: [{ d: 'M2 2h16v16H2z', fill: 'mark' }],
  3: [{ d: 'M10 1.2a8.8 8.8 0 1 1 0 17.6a8.8 8.8 0 0 1 0-17.6z', fill: 'mark', stroke: 'ground', width: 1 }],
  4: [{ d: 'M10 2a8 8 0 1 1 0 16a8 8 0 0 1 0-16z', fill: 'ground', stroke: 'mark', width: 2 }],
  5: [{ d: 'M1.5 17.5h17', stroke: 'mark', width: 2.5 }],
};

export type UnitStatus =
  | 'available'
  | 'reserved'
  | 'scheduled'
  | 'notified'
  | 'acknowledged'
  | 'en_route'
  | 'staged'
  | 'on_scene'
  | 'at_patient'
  | 'left_scene'
  | 'at_destination'
  | 'care_transferred'
  | 'out_of_service'
  | 'off_duty'
  | 'unknown';

export const STATUS_WORDS: Record<UnitStatus, string> = {
  available: 'available',
  reserved: 'reserved',
  scheduled: 'scheduled',
  notified: 'notified',
  acknowledged: 'acknowledged',
  en_route: 'en route',
  staged: 'staged',
  on_scene: 'on scene',
  at_patient: 'at patient',
  left_scene: 'transporting',
  at_destination: 'at destination',
  care_transferred: 'clearing',
  out_of_service: 'out of service',
  off_duty: 'off duty',
  unknown: 'status unknown',
};

/** Which colour token a status takes. */
export const STATUS_COLOUR: Record<UnitStatus, string> = {
  available: '--unit-available',
  reserved: '--unit-available',
  scheduled: '--unit-available',
  notified: '--unit-notified',
  acknowledged: '--unit-notified',
  en_route: '--unit-moving',
  staged: '--unit-moving',
  on_scene: '--unit-working',
  at_patient: '--unit-working',
  left_scene: '--unit-transport',
  at_destination: '--unit-transport',
  care_transferred: '--unit-transport',
  out_of_service: '--unit-out',
  off_duty: '--unit-out',
  unknown: '--unit-out',
};

const RING = 'M10 3a7 7 0 1 1 0 14a7 7 0 0 1 0-14z';
const DISC = 'M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15z';
const NOSE: Shape = { d: 'M10 -3.4L13.6 1.6H6.4z', fill: 'mark', turns: true };
const ring: Shape = { d: RING, fill: 'ground', stroke: 'mark', width: 2 };
const disc: Shape = { d: DISC, fill: 'mark' };

/** An arc of the ring from twelve o'clock, `part` (0..1) of it. */
export function arc(part: number): string {
  const share = Math.min(Math.max(part, 0), 0.999);
  const angle = share * 2 * Math.PI;
  const x = 10 + 7 * Math.sin(angle);
  const y = 10 - 7 * Math.cos(angle);
  return `M10 3A7 7 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}

/** The shapes of a unit's status; `waited` (0..1) is how much of the acknowledge clock has run. */
export function unitShapes(status: UnitStatus, waited = 0): Shape[] {
  switch (status) {
    case 'available':
      return [ring];
    case 'reserved':
    case 'scheduled':
      return [ring, { d: 'M10 6v4.2l2.8 1.8', stroke: 'mark', width: 1.8 }];
    case 'notified':
      return [
        { d: RING, fill: 'ground', stroke: 'mark', width: 1 },
        { d: arc(waited), stroke: 'mark', width: 3.5 },
        { d: 'M10 6.5v4.5M10 12.6v1.6', stroke: 'mark', width: 1.8 },
      ];
    case 'acknowledged':
      return [ring, { d: 'M6.8 10.2l2.3 2.3l4.2-4.8', stroke: 'mark', width: 1.8 }];
    case 'en_route':
      return [{ d: 'M10 1.2L17 18L10 14.4L3 18z', fill: 'mark', stroke: 'ground', width: 0.8, turns: true }];
    case 'staged':
      return [ring, { d: 'M8 6.8v6.4M12 6.8v6.4', stroke: 'mark', width: 2 }];
    case 'on_scene':
      return [disc];
    case 'at_patient':
      return [disc, { d: 'M10 6.6a3.4 3.4 0 1 1 0 6.8a3.4 3.4 0 0 1 0-6.8z', stroke: 'ground', width: 1.8 }];
    case 'left_scene':
      return [NOSE, disc, { d: 'M10 5.8v8.4M5.8 10h8.4', stroke: 'ground', width: 2.4 }];
    case 'at_destination':
      return [disc, { d: 'M7 5.8v8.4M13 5.8v8.4M7 10h6', stroke: 'ground', width: 2 }];
    case 'care_transferred':
      return [ring, { d: 'M7.2 6.2v7.6M12.8 6.2v7.6M7.2 10h5.6', stroke: 'mark', width: 1.6 }];
    case 'out_of_service':
      return [{ d: RING, fill: 'ground', stroke: 'mark', width: 1.6 }, { d: 'M3.2 16.8L16.8 3.2', stroke: 'mark', width: 2.2 }];
    case 'off_duty':
      return [{ d: 'M7 10h6', stroke: 'mark', width: 2 }];
    default:
      return [{ d: 'M7.4 7.6a2.7 2.7 0 1 1 3.6 2.6c-.7.3-1 .7-1 1.6M10 14v1.6', stroke: 'mark', width: 1.8 }];
  }
}

/** Whether the status is one that moves, and so has a heading to show. */
export const moves = (status: UnitStatus): boolean => status === 'en_route' || status === 'left_scene';

/** What the server calls a status, as one we can draw; what we do not know is shown as unknown. */
export function unitStatus(name: string | null | undefined): UnitStatus {
  return name && name in STATUS_WORDS ? (name as UnitStatus) : 'unknown';
}

export function level(number: number | null | undefined): Level | null {
  return number === 1 || number === 2 || number === 3 || number === 4 || number === 5 ? number : null;
}
