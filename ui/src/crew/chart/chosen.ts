/** What the state and the agency chose of the data set: the `state` of GET /api/v1/care/dictionary (care/record/chosen.py). */
import type { Choice, ElementNode, ValueType } from './dictionary';

/** An element that a state added. */
export interface CustomElement {
  id: string;
  title: string;
  definition: string;
  kind: 'text' | 'number' | 'dateTime' | 'binary' | 'boolean';
  usage: 'M' | 'R' | 'C' | 'O';
  many: boolean;
  /** The element or group it belongs to. */
  extends: string | null;
  values: Record<string, string>;
  /** The code of the extended element that a value refines. */
  standsFor: Record<string, string>;
  nv: string[];
  pn: string[];
}

export interface Destination {
  name: string;
  code: string;
  /** What the chart says of a patient brought there, by element. */
  said: Record<string, string | string[]>;
}

/** What is beyond the roles of an element (codes of who did it): all but `only`, or what `beyond` names. */
export interface ScopeJson {
  says: string;
  limits: Record<string, { only?: string[]; beyond?: string[] }>;
}

export interface ChosenJson {
  off: string[];
  wanted: string[];
  custom: CustomElement[];
  choices: Record<string, string[]>;
  lists: Record<string, [code: string, label: string, codeType: string | null][]>;
  scope: Record<string, ScopeJson>;
  destinations: Destination[];
}

const NOTHING: ChosenJson = { off: [], wanted: [], custom: [], choices: {}, lists: {}, scope: {}, destinations: [] };
const CUSTOM = 'custom:';
const BASE: Record<CustomElement['kind'], string> = { text: 'string', number: 'decimal', dateTime: 'dateTime', binary: 'base64Binary', boolean: 'string' };

export class Chosen {
  private readonly off: ReadonlySet<string>;
  private readonly wanted: ReadonlySet<string>;
  private readonly names = new Map<string, Map<string, string>>();
  private readonly codeTypes = new Map<string, Map<string, string>>();
  private readonly scope = new Map<string, Map<string, { codes: ReadonlySet<string>; only: boolean }>>();
  readonly custom: readonly CustomElement[];
  readonly destinations: readonly Destination[];

  constructor(private readonly json: ChosenJson = NOTHING) {
    this.off = new Set(json.off);
    this.wanted = new Set(json.wanted);
    this.custom = json.custom;
    this.destinations = json.destinations;
    for (const [element, { limits }] of Object.entries(json.scope)) {
      this.scope.set(element, new Map(Object.entries(limits).map(([role, limit]) => [role, { codes: new Set(limit.only ?? limit.beyond), only: limit.only !== undefined }])));
    }
    for (const [element, rows] of Object.entries(json.lists)) {
      this.names.set(element, new Map(rows.map(([code, label]) => [code, label])));
      this.codeTypes.set(element, new Map(rows.flatMap(([code, , type]) => (type ? [[code, type] as const] : []))));
    }
  }

  /** The state does not collect it. */
  isOff(element: string): boolean {
    return this.off.has(element);
  }

  /** Missing while it is blank. */
  wants(element: ElementNode): boolean {
    if (element.d) return false;
    return element.u === 'M' || element.u === 'R' ? !this.isOff(element.n) : this.wanted.has(element.n);
  }

  /** Whether the state takes this code of a closed list. */
  takes(element: string, code: string): boolean {
    return this.json.choices[element]?.includes(code) ?? true;
  }

  /** The agency's list for an element without a closed one; undefined where it has none. */
  list(element: string): Choice[] | undefined {
    return this.json.lists[element]?.map(([code, label]) => ({ code, label }));
  }

  /** Whether a medication or procedure is beyond the scope of who did it, and by whose word; null where it is not. */
  beyond(element: string, code: string, role: string | null): string | null {
    const limit = role === null ? undefined : this.scope.get(element)?.get(role);
    return limit && limit.codes.has(code) !== limit.only ? this.json.scope[element]!.says : null;
  }

  /** Whether anything is said of who may use which codes of this element. */
  hasScope(element: string): boolean {
    return this.scope.has(element);
  }

  nameOf(element: string, code: string): string | undefined {
    const name = this.names.get(element)?.get(code);
    return name === code ? undefined : name;
  }

  codeType(element: string, code: string): string | undefined {
    return this.codeTypes.get(element)?.get(code);
  }
}

/** A custom element as a field is drawn from it. */
export function customNode(element: CustomElement): ElementNode {
  const node: ElementNode = { n: `${CUSTOM}${element.id}`, l: element.title, u: element.usage, t: `${CUSTOM}${element.id}`, nil: 1, nv: element.nv, pn: element.pn };
  return element.many ? { ...node, m: 1 } : node;
}

export function customTypes(elements: readonly CustomElement[]): [string, ValueType][] {
  return elements.map((one) => [`${CUSTOM}${one.id}`, Object.keys(one.values).length > 0 ? { codes: one.values } : { base: BASE[one.kind], min_length: 1 }]);
}
