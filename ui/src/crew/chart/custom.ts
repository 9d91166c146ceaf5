/** The values of a state's own elements: results that name their element and the group they belong to (care/record/custom.py). */
import type { CustomElement } from './chosen';
import type { Dictionary } from './dictionary';
import { leaves, repeats, textOf, type Leaf, type Tree } from './tree';
import type { Finding } from './values';

export const RESULTS = 'eCustomResults.ResultsGroup';

const says = (group: Tree, element: string): string => textOf(leaves(group[element])[0]) ?? '';

/** The result of an element in a group (`""`: in none that repeats). */
export function resultOf(tree: Tree, element: string, within: string, of: Dictionary): Tree | undefined {
  return repeats(tree, RESULTS, of).find((group) => says(group, 'eCustomResults.02') === element && says(group, 'eCustomResults.03') === within);
}

/** The results that belong to a group: they go when it goes. */
export function resultsWithin(tree: Tree, within: string, of: Dictionary): Tree[] {
  return repeats(tree, RESULTS, of).filter((group) => says(group, 'eCustomResults.03') === within);
}

export function resultContent(element: CustomElement, within: string, values: readonly Leaf[]): Tree {
  return { 'eCustomResults.01': values, 'eCustomResults.02': element.id, ...(within ? { 'eCustomResults.03': within } : {}) };
}

/** Results that no element of this state defines: only they are charted as they are. */
export function hasStrangers(tree: Tree, of: Dictionary): boolean {
  const known = new Set(of.chosen.custom.map((one) => one.id));
  return repeats(tree, RESULTS, of).some((group) => !known.has(says(group, 'eCustomResults.02')));
}

/** The state's own elements that are needed and not charted. */
export function customMissing(tree: Tree, of: Dictionary): Finding[] {
  if (of.chosen.custom.length === 0) return [];
  const used = new Set(repeats(tree, RESULTS, of).map((group) => says(group, 'eCustomResults.02')));
  return of.chosen.custom
    .filter((one) => (one.usage === 'M' || one.usage === 'R') && !used.has(one.id))
    .map((one) => {
      const place = one.extends !== null && of.has(one.extends) ? one.extends : RESULTS;
      return { kind: 'missing', usage: one.usage, path: place, number: one.id, label: one.title, section: of.way(place)[0]!.n, text: `${one.title} is not charted yet` };
    });
}
