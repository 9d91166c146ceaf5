import { describe, expect, it } from 'vitest';
import { band, bandShares, minuteCells, type PlanningMap } from './cells';
import { amount, asCsv, differenceWords, figureName, gapWords, inOrder, verdictWords, type Effect } from './effects';

const effect = (figure: string, mean: number, half: number, verdict: Effect['verdict'] = mean < 0 ? 'less' : 'more'): Effect => ({
  figure, before: 500, after: 500 + mean, verdict, difference: { mean, low: mean - half, high: mean + half, level: 0.95, replications: 8 },
});

describe('an answer in words', () => {
  it('is a difference with its interval', () => {
    const one = effect('p90_s L1', -22, 6);
    expect(`${figureName(one.figure)} ${differenceWords(one)}`).toBe('p90 L1 −0:22 ± 0:06');
    expect(verdictWords(one)).toBe('▲ better');
    expect(differenceWords(effect('in_time', -0.0123, 0.002))).toBe('−1.23 ± 0.20 pp');
    expect(verdictWords(effect('in_time', -0.0123, 0.002))).toBe('▼ worse');
  });
  it('never claims an interval of nothing', () => expect(differenceWords(effect('mean_s', -22, 0.2))).toBe('−22.0 ± 0.2 s'));
  it('says when chance has not let it be settled, and when nothing differs', () => {
    expect(verdictWords(effect('mean_s', 1, 5, 'open'))).toBe('not settled');
    expect(differenceWords({ ...effect('mean_s', 0, 0), verdict: 'same' })).toBe('no difference');
    expect(differenceWords({ ...effect('p90_s L1', 0, 0, 'open'), difference: null })).toBe('too few calls to say');
  });
  it('shows what is unknown as unknown', () => {
    expect(amount('p90_s', null)).toBe('–');
    expect(amount('in_time L2', 0.8641)).toBe('86.4 %');
  });
  it('puts what is promised first', () =>
    expect(inOrder(['mileage_km', 'p90_s L2', 'in_time', 'in_time L1'].map((name) => effect(name, 1, 1))).map((one) => one.figure)).toEqual(['in_time', 'mileage_km', 'in_time L1', 'p90_s L2']));
  it('is a table for a spreadsheet', () => {
    const [head, row] = asCsv([{ ...effect('p90_s L1, all', -22, 6) }]).split('\r\n');
    expect(head).toBe('figure,before,after,difference,low,high,level,verdict');
    expect(row).toBe('"p90_s L1, all",500,478,-22,-28,-16,0.95,less');
  });
});

describe('cover on the map', () => {
  const map: PlanningMap = {
    heat: { west: 10, south: 50, cell_lon: 0.1, cell_lat: 0.1, columns: 2, cells: [0, 3], calls: [3, 1], calls_total: 4, most: 3 },
    posts: [], cell_lon: [], cell_lat: [], cell_calls: [3, 1],
    cover: { targets_s: [300], hours: [], minutes: [[4], [null]] },
  };
  it('has a band for every time, and the last for what no road reaches', () => expect([4, 4.1, 12, 12.1, null].map(band)).toEqual([0, 1, 3, 4, 4]));
  it('weighs bands by calls', () => expect(bandShares(map, 0)).toEqual([0.75, 0, 0, 0, 0.25]));
  it('puts squares where the demand is', () => {
    const [first, last] = minuteCells(map, 0);
    expect([first?.west, first?.south, last?.west, last?.south]).toEqual([10, 50, 10.1, 50.1]);
    expect(last!.shade).toBeGreaterThan(first!.shade);
  });
});

it('a search says its gain in the measure of its goal', () => {
  const gap = { mean: 0.0032, low: 0.0024, high: 0.004 };
  expect(gapWords('share', gap)).toBe('+0.32 ± 0.08 pp in target');
  expect(gapWords('survival', { ...gap, mean: -0.0032 })).toBe('−0.32 ± 0.08 pp survival score');
  expect(gapWords('mean', { mean: 6.1, low: 5.2, high: 7 })).toBe('6.1 ± 0.9 s sooner');
});
