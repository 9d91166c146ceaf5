/** The data set as forms are drawn from it (GET /api/v1/care/dictionary; short keys: care/record/sections.py). */

import { Chosen, customTypes, type ChosenJson } from './chosen';

export interface ElementNode {
  n: string;
  l: string;
  /** Mandatory, Required, reCommended, Optional. */
  u: 'M' | 'R' | 'C' | 'O';
  t: string;
  m?: 1;
  r?: 1;
  nil?: 1;
  d?: 1;
  nat?: 1;
  nv?: string[];
  pn?: string[];
  pv?: string[];
  at?: [name: string, type: string][];
}

export interface GroupNode {
  n: string;
  m?: 1;
  r?: 1;
  at?: [name: string, type: string][];
  c: Node[];
}

export type Node = ElementNode | GroupNode;

export interface ValueType {
  base?: string;
  codes?: Record<string, string>;
  pattern?: string;
  length?: number;
  min_length?: number;
  max_length?: number;
  minimum?: string;
  maximum?: string;
  total_digits?: number;
  fraction_digits?: number;
  deprecated?: string[];
}

export interface DictionaryJson {
  version: string;
  pages: { key: string; title: string; sections: string[] }[];
  notValues: Record<string, string>;
  pertinentNegatives: Record<string, string>;
  types: Record<string, ValueType>;
  sections: Record<string, GroupNode>;
  state?: ChosenJson;
}

export const isGroup = (node: Node): node is GroupNode => 'c' in node;

export const USAGE = { M: 'mandatory', R: 'required', C: 'recommended', O: 'optional' } as const;

export class Dictionary {
  /** The nodes from a section down to each node, that included. */
  private readonly ways = new Map<string, Node[]>();
  private readonly places = new Map<string, Map<string, number>>();
  readonly elements: ElementNode[] = [];
  readonly chosen: Chosen;
  private readonly own: ReadonlyMap<string, ValueType>;

  constructor(readonly json: DictionaryJson) {
    this.chosen = new Chosen(json.state);
    this.own = new Map(customTypes(this.chosen.custom));
    const order = Object.keys(json.sections);
    this.places.set('', new Map(order.map((name, place) => [name, place])));
    for (const section of Object.values(json.sections)) this.survey(section, []);
  }

  private survey(node: Node, above: Node[]): void {
    const way = [...above, node];
    this.ways.set(node.n, way);
    if (isGroup(node)) {
      this.places.set(node.n, new Map(node.c.map((child, place) => [child.n, place])));
      for (const child of node.c) this.survey(child, way);
    } else this.elements.push(node);
  }

  /** Throws for a name the data set does not have. */
  way(name: string): readonly Node[] {
    const found = this.ways.get(name);
    if (!found) throw new Error(`the data set has no ${name}`);
    return found;
  }

  has(name: string): boolean {
    return this.ways.has(name);
  }

  element(name: string): ElementNode {
    const node = this.way(name).at(-1)!;
    if (isGroup(node)) throw new Error(`${name} is a group`);
    return node;
  }

  type(name: string): ValueType {
    return this.json.types[name] ?? this.own.get(name) ?? {};
  }

  /** The children's order in a group (`""`: of the sections). */
  place(group: string, child: string): number {
    return this.places.get(group)?.get(child) ?? -1;
  }

  page(section: string): DictionaryJson['pages'][number] | undefined {
    return this.json.pages.find((page) => page.sections.includes(section));
  }

  /** What a code means; the code itself where it is not in the list. */
  label(element: ElementNode, code: string): string {
    return this.type(element.t).codes?.[code] ?? code;
  }
}

const SECTION_NAMES: Record<string, string> = {
  eDispatch: 'Dispatch', eResponse: 'Response', eCrew: 'Crew', eTimes: 'Times', eScene: 'Scene', ePatient: 'Patient', eSituation: 'Situation',
  eHistory: 'History', eInjury: 'Injury', eArrest: 'Cardiac arrest', eVitals: 'Vital signs', eExam: 'Exam', eLabs: 'Laboratory and imaging',
  eAirway: 'Airway', eMedications: 'Medications', eProcedures: 'Procedures', eProtocols: 'Protocols', eDevice: 'Devices', eNarrative: 'Narrative',
  eDisposition: 'Disposition', ePayment: 'Payment', eOther: 'Other', eCustomResults: 'Custom results', eOutcome: 'Outcome', eRecord: 'Record',
};

/** A group's name for people: `eVitals.BloodPressureGroup` -> "Blood pressure". */
export function groupLabel(name: string): string {
  if (name in SECTION_NAMES) return SECTION_NAMES[name]!;
  const words = name
    .replace(/^[a-z]+[A-Z][A-Za-z]*\./, '')
    .replace(/(Type)?Group$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .trim();
  return words ? words[0] + words.slice(1).replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase()) : name;
}

export interface Choice {
  code: string;
  label: string;
  /** Why it stands after the others: "beyond EMT". */
  mark?: string;
}

/** Codes that fit what is typed: whole label, then its beginning, then beginnings of words in any order, then inside. */
export function lookUp(choices: readonly Choice[], typed: string, most = 60): Choice[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return choices.slice(0, most);
  const words = wanted.split(/[\s,/()-]+/).filter(Boolean);
  const ranked: { choice: Choice; rank: number }[] = [];
  for (const choice of choices) {
    const label = choice.label.toLowerCase();
    const parts = label.split(/[\s,/()-]+/);
    let rank = -1;
    if (label === wanted || choice.code.toLowerCase() === wanted) rank = 0;
    else if (label.startsWith(wanted)) rank = 1;
    else if (words.every((word) => parts.some((part) => part.startsWith(word)))) rank = 2;
    else if (words.every((word) => label.includes(word)) || choice.code.toLowerCase().startsWith(wanted)) rank = 3;
    else if (initials(parts).startsWith(wanted)) rank = 4;
    if (rank >= 0) ranked.push({ choice, rank });
  }
  return ranked.sort((a, b) => a.rank - b.rank || Number(a.choice.mark !== undefined) - Number(b.choice.mark !== undefined) || a.choice.label.length - b.choice.label.length).slice(0, most).map((one) => one.choice);
}

const initials = (parts: readonly string[]): string => parts.map((part) => part[0] ?? '').join('');
