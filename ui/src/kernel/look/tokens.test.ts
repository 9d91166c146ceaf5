import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const CSS = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(theme: string): Record<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(CSS)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

type Rgb = [number, number, number];
const rgb = (hex: string): Rgb => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255) as Rgb;
const linear = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const luminance = (hex: string): number => {
  const [r, g, b] = rgb(hex).map(linear) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Full protanopia and deuteranopia (Viénot, Brettel, Mollon 1999), on linear RGB. */
const DEFICIENCIES: Record<string, [Rgb, Rgb, Rgb]> = {
  protanopia: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deuteranopia: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
};
/** CIELAB of a colour as seen with a deficiency. */
function lab(hex: string, seen: [Rgb, Rgb, Rgb]): Rgb {
  const from = rgb(hex).map(linear) as Rgb;
  const [r, g, b] = seen.map((row) => Math.min(1, Math.max(0, row[0] * from[0] + row[1] * from[1] + row[2] * from[2]))) as Rgb;
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(['dark', 'light'])('the %s theme', (theme) => {
  const token = tokens(theme);
  const colour = (name: string): string => token[`--${name}`] ?? expect.fail(`no token --${name}`);
  const surfaces = ['ground', 'surface', 'raised', 'selected', 'pressed'];
  const texts = ['text', 'text-2', 'text-faded', 'alarm', 'warn', 'good'];

  it.each(texts.flatMap((text) => surfaces.slice(0, 4).map((surface) => [text, surface])))('%s reads on %s', (text, surface) => {
    expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
  });
  it.each([['on-level-1', 'level-1'], ['on-level-2', 'level-2'], ['on-level-3', 'level-3'], ['on-primary', 'primary'], ['on-alarm-surface', 'alarm-surface']])(
    '%s reads on %s',
    (text, ground) => {
      expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(['level-1', 'level-2', 'level-4', 'level-5', 'unit-available', 'unit-notified', 'unit-moving', 'unit-working', 'unit-transport', 'unit-out', 'focus', 'line-strong'])(
    'the mark %s stands out on every surface',
    (mark) => {
      for (const surface of ['ground', 'surface', 'raised', 'selected']) expect(contrast(colour(mark), colour(surface))).toBeGreaterThanOrEqual(3);
    },
  );
  it('the yellow of level 3, or its edge, stands out', () => {
    for (const surface of ['ground', 'surface', 'raised', 'selected']) {
      expect(Math.max(contrast(colour('level-3'), colour(surface)), contrast(colour('level-edge'), colour(surface)))).toBeGreaterThanOrEqual(3);
    }
  });
  it.each(Object.keys(DEFICIENCIES))('levels stay apart with %s', (deficiency) => {
    const seen = [1, 2, 3, 4, 5].map((n) => lab(colour(`level-${n}`), DEFICIENCIES[deficiency]!));
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(10);
    }
  });
});
