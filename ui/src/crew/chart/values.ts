/** Is this value allowed here? The dictionary's facets at each key stroke; the same answers as care/record/values.py. */
import { customMissing } from './custom';
import { isGroup, type Dictionary, type ElementNode, type GroupNode, type ValueType } from './dictionary';
import { leaves, type Leaf, type Tree } from './tree';

const APPROXIMATE = '8801029';

/** What is wrong with a lexical value, in plain words; null when it is fine. */
export function wrongValue(type: ValueType, value: string): string | null {
  if (type.codes) return value in type.codes ? null : 'not in the list of values';
  switch (type.base) {
    case 'integer':
    case 'positiveInteger':
    case 'decimal':
      return wrongNumber(type, value.trim());
    case 'dateTime':
      return wrongDateTime(type, value.trim());
    case 'date':
      return wrongDate(type, value.trim());
    case 'base64Binary':
      return /^[A-Za-z0-9+/=\s]+$/.test(value) ? null : 'the attachment is not base64';
    default:
      return wrongText(type, value);
  }
}

function wrongText(type: ValueType, value: string): string | null {
  const length = [...value].length;
  const shortest = type.length ?? type.min_length ?? 0;
  const longest = type.length ?? type.max_length ?? Infinity;
  if (length < shortest) return `at least ${shortest} characters`;
  if (length > longest) return `at most ${longest} characters; these are ${length}`;
  return matches(type, value) ? null : 'not the form expected here';
}

function wrongNumber(type: ValueType, value: string): string | null {
  const found = type.base === 'decimal' ? /^[+-]?(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(value) : /^[+-]?(\d+)$/.exec(value);
  if (!found) return type.base === 'decimal' ? 'a number' : 'a whole number';
  const number = Number(value);
  const least = type.minimum ?? (type.base === 'positiveInteger' ? '1' : undefined);
  if (least !== undefined && number < Number(least)) return `at least ${least}`;
  if (type.maximum !== undefined && number > Number(type.maximum)) return `at most ${type.maximum}`;
  const fraction = (found[2] ?? '').replace(/0+$/, '');
  if (type.fraction_digits !== undefined && fraction.length > type.fraction_digits) return `at most ${type.fraction_digits} decimal places`;
  if (type.total_digits !== undefined && (found[1] ?? '').replace(/^0+/, '').length + fraction.length > type.total_digits) return `at most ${type.total_digits} digits`;
  return matches(type, value) ? null : 'not the form expected here';
}

function wrongDateTime(type: ValueType, value: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/.test(value)) return 'a date and time with its offset';
  const at = Date.parse(value);
  const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
  if (!Number.isFinite(at) || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return 'there is no such moment';
  if (type.minimum && at < Date.parse(type.minimum)) return `not before ${type.minimum.slice(0, 4)}`;
  if (type.maximum && at > Date.parse(type.maximum)) return `not after ${type.maximum.slice(0, 4)}`;
  return null;
}

function wrongDate(type: ValueType, value: string): string | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(value);
  if (!found) return 'a date';
  const [, year, month, day] = found.map(Number) as [number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return 'there is no such date';
  if (type.minimum && value < type.minimum) return `not before ${type.minimum}`;
  if (type.maximum && value > type.maximum) return `not after ${type.maximum}`;
  return null;
}

const compiled = new Map<string, RegExp>();
function matches(type: ValueType, value: string): boolean {
  if (!type.pattern) return true;
  let pattern = compiled.get(type.pattern);
  if (!pattern) compiled.set(type.pattern, (pattern = new RegExp(`^(?:${type.pattern})$`)));
  return pattern.test(value);
}

/** What is wrong with what stands at one element. */
export function wrongAt(element: ElementNode, value: unknown, of: Dictionary): string[] {
  const found: string[] = [];
  const type = of.type(element.t);
  const all = leaves(value);
  for (const leaf of all) {
    const told = typeof leaf === 'string' ? { v: leaf } : leaf;
    if (told.pn && !told.nil && !goesWithValue(element, told.pn)) found.push('this pertinent negative goes without a value');
    if (told.pn && told.nil && goesWithValue(element, told.pn)) found.push('this pertinent negative goes with a value');
    if (told.nil) continue;
    const wrong = wrongValue(type, told.v ?? '');
    if (wrong) found.push(wrong);
    else if (type.deprecated?.includes(told.v ?? '')) found.push(`${of.label(element, told.v ?? '')} is no longer used on new records`);
  }
  if (all.length > 1 && all.some((leaf) => typeof leaf !== 'string' && leaf.nv)) found.push('a NOT value stands alone, not beside values');
  return found;
}

export function goesWithValue(element: ElementNode, negative: string): boolean {
  return (element.pv?.includes(negative) ?? false) || negative === APPROXIMATE || !element.nil;
}

export interface Finding {
  kind: 'missing' | 'fault';
  /** Of the element; the state asks for a recommended one. */
  usage: ElementNode['u'];
  path: string;
  number: string;
  label: string;
  section: string;
  text: string;
}

/** What is missing and what cannot stand, in the order of the data set; the same as care/record/checks.py. */
export function findings(tree: Tree, of: Dictionary): Finding[] {
  const found: Finding[] = [];
  for (const section of Object.values(of.json.sections)) {
    const here = tree[section.n] as Tree | undefined;
    if (here !== undefined || section.r) checkGroup(here ?? {}, section, '', section.n, found, of);
  }
  found.push(...customMissing(tree, of));
  return found;
}

function checkGroup(here: Tree, group: GroupNode, prefix: string, section: string, found: Finding[], of: Dictionary): void {
  for (const child of group.c) {
    const value = here[child.n];
    if (!isGroup(child)) checkElement(child, value, prefix, section, found, of);
    else if (child.m) {
      const all = (value as Tree[] | undefined) ?? [];
      for (const each of all) checkGroup(each, child, `${prefix}${child.n}[${String(each.id)}]/`, section, found, of);
      if (all.length === 0 && child.r) checkGroup({}, child, `${prefix}${child.n}/`, section, found, of);
    } else if (value !== undefined || child.r) checkGroup((value as Tree | undefined) ?? {}, child, prefix, section, found, of);
  }
}

function checkElement(element: ElementNode, value: unknown, prefix: string, section: string, found: Finding[], of: Dictionary): void {
  const finding = (kind: Finding['kind'], text: string): Finding => ({ kind, usage: element.u, path: `${prefix}${element.n}`, number: element.n, label: element.l, section, text });
  if (leaves(value).length === 0) {
    if (of.chosen.wants(element)) found.push(finding('missing', `${element.l} is not charted yet`));
    return;
  }
  for (const text of wrongAt(element, value, of)) found.push(finding('fault', `${element.l}: ${text}`));
}

/** A leaf as a person reads it: label, NOT value, pertinent negative. */
export function say(element: ElementNode, leaf: Leaf, of: Dictionary): string {
  if (typeof leaf === 'string') return of.label(element, leaf);
  const negative = leaf.pn ? of.json.pertinentNegatives[leaf.pn] : undefined;
  const value = leaf.v === undefined ? undefined : of.label(element, leaf.v);
  return [value, negative, leaf.nv ? of.json.notValues[leaf.nv] : undefined].filter(Boolean).join(', ');
}
