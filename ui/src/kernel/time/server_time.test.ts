import { describe, expect, it } from 'vitest';
import { ServerTime } from './server_time';

describe('server time', () => {
  it('is the device time until the server was heard', () => {
    expect(new ServerTime().at(1_000)).toBe(1_000);
  });
  it('corrects a device clock that is wrong by an hour', () => {
    const time = new ServerTime();
    time.hear(3_600_000, 0);
    expect(time.at(500)).toBe(3_600_500);
  });
  it('finds that an exercise runs ten times faster', () => {
    const time = new ServerTime();
    for (let beat = 0; beat < 4; beat += 1) time.hear(1_000_000 + beat * 50_000 - (beat % 2) * 300, beat * 5_000);
    expect(time.speed).toBe(10);
    expect(time.at(17_000)).toBeCloseTo(1_170_000, -3);
  });
  it('believes the rate the server states', () => {
    const time = new ServerTime();
    time.hear(0, 0, 10);
    expect(time.at(1_000)).toBe(10_000);
  });
  it('forgets the past when a clock jumps', () => {
    const time = new ServerTime();
    time.hear(0, 0, 1);
    time.hear(5_000, 5_000, 1);
    time.hear(100_000, 10_000, 1);
    expect(time.at(11_000)).toBe(101_000);
  });
  it('starts anew when this device clock goes back', () => {
    const time = new ServerTime();
    time.hear(50_000, 50_000);
    time.hear(51_000, 10_000);
    expect(time.at(11_000)).toBe(52_000);
  });
});
