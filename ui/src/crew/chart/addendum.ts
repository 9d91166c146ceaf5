/** What an addendum to a locked chart would change: kept together until it is signed, then written as one. */
import { groupLabel, isGroup, type Dictionary } from './dictionary';
import { nameOf } from './picks';
import { lines } from './story';
import { addGroup, at, leaves, overlaid, setElement, textOf, type Leaf, type Tree, type Value } from './tree';
import { say } from './values';

export interface Entry {
  path: string;
  value: Value | null;
}

export interface AddedGroup {
  path: string;
  group: string;
  content: Tree;
}

/** In the order it is written: groups added, elements, groups removed (their paths). */
export interface Draft {
  added: readonly AddedGroup[];
  entries: readonly Entry[];
  removed: readonly string[];
}

export const EMPTY: Draft = { added: [], entries: [], removed: [] };

export const sizeOf = (draft: Draft): number => draft.added.length + draft.entries.length + draft.removed.length;

const pathOf = (one: AddedGroup): string => `${one.path}[${one.group}]`;
const within = (path: string, group: string): boolean => path.startsWith(`${group}/`) || path.startsWith(`${group}@`);

/** Elements written: into a group that the draft adds, or over what the locked chart says; the same again is no change. */
export function withElements(draft: Draft, entries: readonly Entry[], locked: Tree, of: Dictionary): Draft {
  return entries.reduce((made, one) => withElement(made, one, locked, of), draft);
}

function withElement(draft: Draft, entry: Entry, locked: Tree, of: Dictionary): Draft {
  const into = draft.added.findLastIndex((one) => within(entry.path, pathOf(one)));
  if (into >= 0) {
    const group = draft.added[into]!;
    const written = setElement(overlaid(locked, [{ name: 'amend-record', fields: { added: draft.added.slice(0, into + 1) } }], of), entry.path, entry.value, of);
    const { id: _, ...content } = at(written, pathOf(group), of) as Tree;
    return { ...draft, added: draft.added.with(into, { ...group, content }) };
  }
  const others = draft.entries.filter((one) => one.path !== entry.path);
  const same = JSON.stringify(entry.value) === JSON.stringify(standing(locked, entry.path, of));
  return { ...draft, entries: same ? others : [...others, entry] };
}

/** What stands at the place of an entry, in the form of an entry. */
function standing(tree: Tree, path: string, of: Dictionary): Value | null {
  const [place, attribute] = path.split('@') as [string, string?];
  const found = at(tree, place, of);
  if (attribute) return (((found as Tree | undefined)?.a ?? {}) as Record<string, string>)[attribute] ?? null;
  return (found as Value | undefined) ?? null;
}

export function withGroup(draft: Draft, added: AddedGroup): Draft {
  return { ...draft, added: [...draft.added, added] };
}

/** A group taken out, with all that the draft says in it; one that the draft itself added is as if it had never been. */
export function withoutGroup(draft: Draft, path: string): Draft {
  const own = draft.added.some((one) => pathOf(one) === path);
  return {
    added: draft.added.filter((one) => pathOf(one) !== path && !within(pathOf(one), path)),
    entries: draft.entries.filter((one) => !within(one.path, path)),
    removed: own ? draft.removed : [...draft.removed.filter((one) => !within(one, path)), path],
  };
}

/** "Age: 54": what stands at an element, or at an attribute of a group. */
export function elementInWords(path: string, value: Value | null, of: Dictionary): string {
  const node = of.way(path.split('@')[0]!.split('/').at(-1)!.replace(/\[.*$/, '')).at(-1)!;
  if (isGroup(node)) return `${groupLabel(node.n)}: ${String(value ?? 'taken out')}`;
  return `${node.l}: ${leaves(value).map((leaf) => say(node, inWords(node.n, leaf, of), of)).join(', ') || 'taken out'}`;
}

/** A code that has a name in the lists, by its name. */
function inWords(element: string, leaf: Leaf, of: Dictionary): Leaf {
  const code = textOf(leaf);
  const name = code ? nameOf(element, code, of) : undefined;
  return name === undefined ? leaf : typeof leaf === 'string' ? name : { ...leaf, v: name };
}

/** "Aspirin 324 Milligrams (mg), Oral": a repeat as the time line says it, or by its first fields. */
export function groupInWords(path: string, content: Tree, of: Dictionary): string {
  const name = path.split('/').at(-1)!.replace(/\[.*$/, '');
  if (!path.includes('/')) {
    const said = lines(addGroup({}, name, 'one', content, of), of)[0]?.text;
    if (said) return said;
  }
  const few = elements(content, of).slice(0, 3).map(([element, value]) => elementInWords(element, value, of));
  return [groupLabel(name), few.join('; ')].filter(Boolean).join(': ');
}

function elements(content: Tree, of: Dictionary): [string, Value][] {
  return Object.entries(content).flatMap(([name, value]) => {
    if (!of.has(name)) return [];
    if (!isGroup(of.way(name).at(-1)!)) return [[name, value as Value] as [string, Value]];
    return leaves(value).flatMap((one) => elements(one as unknown as Tree, of));
  });
}

