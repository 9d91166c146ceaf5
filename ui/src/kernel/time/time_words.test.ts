import { describe, expect, it } from 'vitest';
import { age, clockTime, duration, urgency, useTimeZone } from './time_words';

describe('times as the field writes them', () => {
  it('writes durations', () => {
    expect([0, 41, 250, 3_729, -12, null].map(duration)).toEqual(['0:00', '0:41', '4:10', '1:02:09', '−0:12', '–']);
  });
  it('writes ages, and an unknown one as unknown', () => {
    const now = 10 * 86_400_000;
    expect([now - 12_000, now - 180_000, now - 7_200_000, now - 5 * 86_400_000, now + 9_000, undefined].map((at) => age(at, now))).toEqual([
      '12 s', '3 m', '2 h', '5 d', '0 s', '–',
    ]);
  });
  it('writes clock times in the agency zone', () => {
    useTimeZone('America/New_York');
    expect(clockTime(Date.UTC(2026, 0, 5, 19, 32, 7))).toBe('14:32:07');
    expect(clockTime(null)).toBe('–');
  });
  it('warns, then alarms, at the limit itself', () => {
    expect([19, 20, 39, 40].map((s) => urgency(s, 20, 40))).toEqual(['calm', 'warn', 'warn', 'alarm']);
    expect(urgency(9_999, null, undefined)).toBe('calm');
  });
});
