/** The record as a tree, and every way to change it; the same rules as care/record/tree.py. A change returns a new tree. */
import { isGroup, type Dictionary, type Node } from './dictionary';

export type Leaf = string | { v?: string; nil?: boolean; nv?: string; pn?: string; a?: Record<string, string> };
export type Value = Leaf | Leaf[];
export interface Tree {
  [name: string]: unknown;
}

interface Place {
  /** Ids in the path by group name. */
  steps: Record<string, string>;
  way: readonly Node[];
}

export class NoSuchPlace extends Error {}

const STEP = /^([A-Za-z][\w.]*)(?:\[([^[\]/]+)\])?$/;

/** A path names repeats by id: `eVitals.VitalGroup[v1]/eVitals.06`; single groups in between are understood. */
export function place(path: string, of: Dictionary): Place {
  const steps: Record<string, string> = {};
  let name = '';
  for (const part of path.split('/')) {
    const found = STEP.exec(part);
    if (!found) throw new NoSuchPlace(`“${path}” is not a path`);
    name = found[1]!;
    if (found[2] !== undefined) steps[name] = found[2];
  }
  return { steps, way: of.way(name) };
}

function below(here: Tree | undefined, node: Node, steps: Record<string, string>): unknown {
  const found = here?.[node.n];
  if (!isGroup(node) || !node.m || found === undefined) return found;
  return (found as Tree[]).find((each) => each.id === steps[node.n]);
}

/** What stands at a path: a value, a group (one repeat where the path says which), or undefined. */
export function at(tree: Tree, path: string, of: Dictionary): unknown {
  const { steps, way } = place(path, of);
  let here: unknown = tree;
  for (const node of way) {
    if (here === undefined) return undefined;
    here = below(here as Tree, node, steps);
  }
  return here;
}

/** The repeats of the group at a path that leaves its own id out. */
export function repeats(tree: Tree, path: string, of: Dictionary): Tree[] {
  const { steps, way } = place(path, of);
  let here: unknown = tree;
  for (const node of way.slice(0, -1)) here = here === undefined ? undefined : below(here as Tree, node, steps);
  const found = (here as Tree | undefined)?.[way.at(-1)!.n];
  return found === undefined ? [] : Array.isArray(found) ? (found as Tree[]) : [found as Tree];
}

export function leaves(value: unknown): Leaf[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? (value as Leaf[]) : [value as Leaf];
}

export function textOf(leaf: Leaf | undefined): string | null {
  return leaf === undefined ? null : typeof leaf === 'string' ? leaf : (leaf.v ?? null);
}

/** Null clears. A single value for what may repeat is its only one. After an @ the path names an attribute of a group. */
export function setElement(tree: Tree, path: string, value: Value | null, of: Dictionary): Tree {
  const [whole, attribute] = path.split('@') as [string, string?];
  const { steps, way } = place(whole, of);
  if (attribute) {
    const put = (group: Tree): Tree => {
      const { a, ...bare } = group;
      const { [attribute]: _, ...others } = (a ?? {}) as Record<string, string>;
      const made = typeof value === 'string' ? { ...others, [attribute]: value } : others;
      return Object.keys(made).length > 0 ? { ...bare, a: made } : bare;
    };
    const id = steps[way.at(-1)!.n];
    return changed(tree, '', way, steps, (found) => (Array.isArray(found) ? (found as Tree[]).map((each) => (each.id === id ? put(each) : each)) : put((found ?? {}) as Tree)), of);
  }
  const element = way.at(-1)!;
  if (isGroup(element)) throw new NoSuchPlace(`${path} is a group`);
  const cleared = value === null || (Array.isArray(value) && value.length === 0);
  const put = cleared ? undefined : element.m && !Array.isArray(value) ? [value] : value;
  return changed(tree, '', way, steps, () => put, of);
}

/** One more repeat; an id that is there already changes nothing. */
export function addGroup(tree: Tree, path: string, id: string, content: Tree, of: Dictionary): Tree {
  const { steps, way } = place(path, of);
  return changed(tree, '', way, steps, (found) => {
    const there = (found as Tree[] | undefined) ?? [];
    return there.some((each) => each.id === id) ? there : [...there, { id, ...content }];
  }, of);
}

export function removeGroup(tree: Tree, path: string, of: Dictionary): Tree {
  const { steps, way } = place(path, of);
  const id = steps[way.at(-1)!.n];
  return changed(tree, '', way, steps, (found) => {
    const left = ((found as Tree[] | undefined) ?? []).filter((each) => each.id !== id);
    return left.length > 0 ? left : undefined;
  }, of);
}

function changed(here: Tree, group: string, way: readonly Node[], steps: Record<string, string>, change: (found: unknown) => unknown, of: Dictionary): Tree {
  const [node, ...rest] = way as [Node, ...Node[]];
  if (rest.length === 0) return put(here, group, node.n, change(here[node.n]), of);
  const present = here[node.n];
  if (!isGroup(node)) throw new NoSuchPlace(`${node.n} holds nothing`);
  if (!node.m) {
    const made = changed((present as Tree | undefined) ?? {}, node.n, rest, steps, change, of);
    return put(here, group, node.n, Object.keys(made).length > 0 ? made : undefined, of);
  }
  const id = steps[node.n];
  const all = (present as Tree[] | undefined) ?? [];
  if (id === undefined || !all.some((each) => each.id === id)) throw new NoSuchPlace(`there is no ${node.n} ${id ?? ''}`);
  return put(here, group, node.n, all.map((each) => (each.id === id ? changed(each, node.n, rest, steps, change, of) : each)), of);
}

function put(here: Tree, group: string, name: string, value: unknown, of: Dictionary): Tree {
  if (value === undefined) {
    const { [name]: _, ...left } = here;
    return left;
  }
  const made = { ...here, [name]: value };
  if (name in here) return made;
  return Object.fromEntries(Object.entries(made).sort(([a], [b]) => of.place(group, a) - of.place(group, b)));
}

export interface ChartCommand {
  name: string;
  fields: Record<string, unknown>;
}

/** The tree as these commands leave it: what this device has entered and the server has not said back. */
export function overlaid(tree: Tree, commands: readonly ChartCommand[], of: Dictionary): Tree {
  let made = tree;
  for (const change of commands.flatMap((command) => changesOf(command, of))) {
    try {
      made = change(made);
    } catch (error) {
      // Its group was taken away meanwhile, on another device: the server will refuse the entry, and it is shown then.
      if (!(error instanceof NoSuchPlace)) throw error;
    }
  }
  return made;
}

type Change = (tree: Tree) => Tree;

/** What a command does to a chart, step by step; an addendum may do all of it. */
function changesOf({ name, fields }: ChartCommand, of: Dictionary): Change[] {
  const written = ((fields.entries ?? []) as { path: string; value: Value | null }[]).map(({ path, value }): Change => (tree) => setElement(tree, path, value, of));
  const adding = ({ path, group, content }: { path: string; group: string; content: Tree }): Change => (tree) => addGroup(tree, path, group, content, of);
  const removing = (path: string): Change => (tree) => removeGroup(tree, path, of);
  if (name === 'chart-elements') return written;
  if (name === 'add-group') return [adding(fields as unknown as Parameters<typeof adding>[0])];
  if (name === 'remove-group') return [removing(fields.path as string)];
  if (name !== 'amend-record') return [];
  const added = ((fields.added ?? []) as Parameters<typeof adding>[0][]).map(adding);
  return [...added, ...written, ...((fields.removed ?? []) as string[]).map(removing)];
}
