/** Which page of the chart a path is on. */
import type { Dictionary } from './dictionary';

export function pageOf(path: string, of: Dictionary): string {
  const name = (path.split('/').filter(Boolean).at(-1) ?? '').replace(/\[.*$/, '');
  const section = of.has(name) ? of.way(name)[0]!.n : (name.split('.')[0] ?? '');
  return of.page(section)?.key ?? of.json.pages[0]!.key;
}
