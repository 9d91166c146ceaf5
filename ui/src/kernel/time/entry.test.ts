import { expect, it } from 'vitest';
import { fromLocalField, lastTimeReading, localField, nextTimeReading, offsetMinutes, zonedIso } from './entry';

const NOON_CHICAGO = Date.UTC(2026, 6, 4, 17, 0, 0); // 12:00 CDT

it('writes an instant in the agency’s zone with its offset', () => {
  expect(zonedIso(NOON_CHICAGO, 'America/Chicago')).toBe('2026-07-04T12:00:00-05:00');
  expect(zonedIso(NOON_CHICAGO, 'Asia/Kolkata')).toBe('2026-07-04T22:30:00+05:30');
  expect(offsetMinutes(Date.UTC(2026, 0, 4), 'America/Chicago')).toBe(-360);
});

it('reads back what a field shows, also on the day the clocks change', () => {
  for (const at of [NOON_CHICAGO, Date.UTC(2026, 2, 8, 9, 30, 15), Date.UTC(2026, 2, 8, 7, 59, 59)]) {
    expect(fromLocalField(localField(at, 'America/Chicago'), 'America/Chicago')).toBe(at);
  }
  expect(fromLocalField('', 'America/Chicago')).toBeNull();
});

it('takes a late entry as the last time the clock read so', () => {
  expect(lastTimeReading('11:58', NOON_CHICAGO, 'America/Chicago')).toBe(NOON_CHICAGO - 120_000);
  expect(lastTimeReading('1158:30', NOON_CHICAGO, 'America/Chicago')).toBe(NOON_CHICAGO - 90_000);
  expect(lastTimeReading('23:59', NOON_CHICAGO, 'America/Chicago')).toBe(NOON_CHICAGO - (12 * 60 + 1) * 60_000);
  expect(lastTimeReading('24:00', NOON_CHICAGO, 'America/Chicago')).toBeNull();
  expect(nextTimeReading('16:00', NOON_CHICAGO, 'America/Chicago')).toBe(NOON_CHICAGO + 4 * 3_600_000);
});
