/** An answer in words: every figure as a difference with its interval, never a bare number. */
import { duration } from '../kernel/time/time_words';

export interface Effect {
  figure: string;
  before: number | null;
  after: number | null;
  difference: { mean: number; low: number; high: number; level: number; replications: number } | null;
  verdict: 'more' | 'less' | 'open' | 'same';
}

const NAMES: Record<string, string> = {
  mean_s: 'mean response',
  p50_s: 'p50',
  p90_s: 'p90',
  in_time: 'in target',
  survival: 'survival score',
  waited_share: 'calls that waited',
  utilisation: 'utilisation',
  mileage_km: 'driven a week',
  relocations: 'relocations a week',
  diverted: 'diverts a week',
};
const LESS_IS_BETTER = ['mean_s', 'p50_s', 'p90_s', 'waited_share'];
const MORE_IS_BETTER = ['in_time', 'survival'];

const kindOf = (figure: string): string => figure.split(' ')[0] ?? figure;
const MINUS = '−';
const ROUND_S = 0.5;

export function figureName(figure: string): string {
  const [kind = '', ...level] = figure.split(' ');
  return [NAMES[kind] ?? kind, ...level].join(' ');
}

/** A plain amount of this figure: `7:12`, `86.4 %`, `410 km`. */
export function amount(figure: string, value: number | null): string {
  if (value == null || !Number.isFinite(value)) return '–';
  const kind = kindOf(figure);
  if (kind.endsWith('_s')) return duration(Math.round(value));
  if (kind.endsWith('_km')) return `${Math.round(value).toLocaleString('en')} km`;
  if (['in_time', 'survival', 'waited_share', 'utilisation'].includes(kind)) return `${(100 * value).toFixed(1)} %`;
  return value.toFixed(1);
}

/** `−0:22 ± 0:06`, `+1.2 ± 0.3 pp`; `no difference` when every week gave the same. */
export function differenceWords(effect: Effect): string {
  if (effect.verdict === 'same') return 'no difference';
  const gap = effect.difference;
  if (!gap) return 'too few calls to say';
  const half = (gap.high - gap.low) / 2;
  const sign = gap.mean < 0 ? MINUS : '+';
  const size = Math.abs(gap.mean);
  const kind = kindOf(effect.figure);
  if (kind.endsWith('_s')) {
    // Under a second the clock says nothing, and "± 0:00" would claim what is not so.
    if (size < ROUND_S || half < ROUND_S) return `${sign}${size.toFixed(1)} ± ${half.toFixed(1)} s`;
    return `${sign}${duration(Math.round(size))} ± ${duration(Math.round(half))}`;
  }
  if (kind.endsWith('_km')) return `${sign}${Math.round(size)} ± ${Math.round(half)} km`;
  if (['in_time', 'survival', 'waited_share', 'utilisation'].includes(kind)) {
    const digits = half < 0.000_05 ? 4 : 2;
    return `${sign}${(100 * size).toFixed(digits)} ± ${(100 * half).toFixed(digits)} pp`;
  }
  return `${sign}${size.toFixed(1)} ± ${half.toFixed(1)}`;
}

/** A search's gain, where more is better whatever the goal: `+0.32 ± 0.08 pp in target`, `6.1 ± 0.9 s sooner`. */
export function gapWords(goal: 'share' | 'mean' | 'survival', gap: { mean: number; low: number; high: number }): string {
  const half = (gap.high - gap.low) / 2;
  if (goal === 'mean') return `${Math.abs(gap.mean).toFixed(1)} ± ${half.toFixed(1)} s ${gap.mean < 0 ? 'later' : 'sooner'}`;
  const words = goal === 'share' ? 'in target' : 'survival score';
  return `${gap.mean < 0 ? MINUS : '+'}${(100 * Math.abs(gap.mean)).toFixed(2)} ± ${(100 * half).toFixed(2)} pp ${words}`;
}

/** What the interval allows one to say. */
export function verdictWords(effect: Effect): string {
  if (effect.verdict === 'same') return 'same';
  if (effect.verdict === 'open') return 'not settled';
  const kind = kindOf(effect.figure);
  const less = effect.verdict === 'less';
  if (LESS_IS_BETTER.includes(kind)) return less ? '▲ better' : '▼ worse';
  if (MORE_IS_BETTER.includes(kind)) return less ? '▼ worse' : '▲ better';
  return less ? 'less' : 'more';
}

/** The figures by level after the overall ones, so that what is promised is read first. */
export function inOrder(effects: readonly Effect[]): Effect[] {
  const rank = ['in_time', 'p90_s', 'p50_s', 'mean_s', 'survival', 'waited_share', 'utilisation', 'mileage_km', 'diverted', 'relocations'];
  const at = (effect: Effect): number => {
    const [kind = '', level] = effect.figure.split(' ');
    return (level ? 0 : 100) + rank.indexOf(kind);
  };
  const level = (effect: Effect): string => effect.figure.split(' ')[1] ?? '';
  const overall = effects.filter((effect) => !level(effect)).sort((a, b) => at(a) - at(b));
  const byLevel = effects.filter((effect) => level(effect)).sort((a, b) => level(a).localeCompare(level(b)) || at(a) - at(b));
  return [...overall, ...byLevel];
}

/** RFC 4180, one row a figure. */
export function asCsv(effects: readonly Effect[]): string {
  const cell = (value: string | number | null | undefined): string => {
    const text = value == null ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = effects.map((one) => [
    one.figure, one.before, one.after, one.difference?.mean, one.difference?.low, one.difference?.high, one.difference?.level, one.verdict,
  ]);
  return [['figure', 'before', 'after', 'difference', 'low', 'high', 'level', 'verdict'], ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}
