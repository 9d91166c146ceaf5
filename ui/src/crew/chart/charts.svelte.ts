/** The charts this device holds: the server's tree with what was entered here and not yet said back laid over it. */
import { SvelteMap } from 'svelte/reactivity';
import { ApiError, get, type Problem } from '../../kernel/link/api';
import { outbox } from '../../kernel/outbox/outbox.svelte';
import { NOBODY_YET, type PatientSummary } from '../handoff/summary';
import { EMPTY, type AddedGroup, type Draft, type Entry } from './addendum';
import { Dictionary, type DictionaryJson } from './dictionary';
import { at, overlaid, textOf, type ChartCommand, type Leaf, type Tree } from './tree';
import { findings, type Finding } from './values';

export interface Addendum {
  at: number;
  by: string;
  signed_by: string;
  reason: string;
  entries?: Entry[];
  /** What stood at `entries`. */
  before?: Entry[];
  added?: AddedGroup[];
  removed?: { path: string; content?: Tree }[];
  accepted?: { check: string; reason: string }[];
  checked_against?: string;
}

export interface ChartAnswer {
  id: string;
  incident: string;
  assignment: string;
  patient_number: number;
  opened_at: number;
  locked_at: number | null;
  signed_by: string;
  accepted: { check: string; reason: string }[];
  checked_against: string;
  addenda: Addendum[];
  version: number;
  tree: Tree;
}

let dictionary = $state.raw<Dictionary | null>(null);
let asked: Promise<Dictionary> | null = null;

/** The dictionary, asked for once; tried again after an outage. */
export function loadDictionary(): Promise<Dictionary> {
  asked ??= get<DictionaryJson>('/api/v1/care/dictionary').then(
    (json) => (dictionary = new Dictionary(json)),
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

/** An addendum that is being written: kept while one looks elsewhere, until it is signed or dropped. */
class Amending {
  on = $state(false);
  draft = $state.raw<Draft>(EMPTY);
  reason = $state('');

  drop(): void {
    this.on = false;
    this.draft = EMPTY;
    this.reason = '';
  }
}

export class ChartStore {
  readonly amending = new Amending();
  answer = $state.raw<ChartAnswer | null>(null);
  problem = $state<Problem | null>(null);
  /** Accepted and not yet in an answer. */
  private said = $state.raw<(ChartCommand & { id: string })[]>([]);
  private asking = false;
  private again = false;

  constructor(readonly record: string) {
    outbox.onAnswer((entry, answer) => {
      if (answer.kind !== 'accepted' || entry.fields.record !== this.record) return;
      this.said = [...this.said, entry];
      void this.load();
    });
  }

  /** Ask for the record; what was accepted before the question is in the answer. */
  async load(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    // Begun here and not with the server yet: its answer will ask again.
    if (this.waiting.some((entry) => entry.name === 'open-record')) return;
    this.asking = true;
    const before = new Set(this.said.map((one) => one.id));
    try {
      this.answer = await get<ChartAnswer>(`/api/v1/care/record?record=${encodeURIComponent(this.record)}`);
      this.problem = null;
      this.said = this.said.filter((one) => !before.has(one.id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.problem;
    } finally {
      this.asking = false;
      if (this.again) {
        this.again = false;
        void this.load();
      }
    }
  }

  /** Entered here and not with the server: their fields are marked. */
  readonly waiting = $derived.by(() => outbox.waiting.filter((entry) => entry.fields.record === this.record));
  /** What the server knows, or nothing yet for a chart begun without a link. */
  readonly tree = $derived.by<Tree>(() => {
    const base = this.answer?.tree ?? {};
    return dictionary ? overlaid(base, [...this.said, ...this.waiting], dictionary) : base;
  });
  readonly locked = $derived.by(() => this.answer?.locked_at ?? null);
  readonly findings = $derived.by<Finding[]>(() => (dictionary ? findings(this.tree, dictionary) : []));
}

const stores = new SvelteMap<string, ChartStore>();

const UNITS: Record<string, string> = { '2516001': 'd', '2516003': 'h', '2516005': 'min', '2516007': 'mo', '2516009': 'y' };
const SEXES: Record<string, string> = { '9919001': 'female', '9919003': 'male', '9919005': 'unknown' };

export const charts = {
  get dictionary(): Dictionary | null {
    return dictionary;
  },
  open(record: string): ChartStore {
    const known = stores.get(record);
    if (known) return known;
    // A store outlives the page that opens it: of its own root, or what it derives would go stale with that page.
    let store!: ChartStore;
    $effect.root(() => void (store = new ChartStore(record)));
    stores.set(record, store);
    return store;
  },
  /** Age and sex as charted, where that chart was opened on this device. */
  summary(record: string | null): PatientSummary {
    const tree = record ? stores.get(record)?.tree : undefined;
    if (!tree || !dictionary) return NOBODY_YET;
    const say = (path: string): string => textOf(at(tree, path, dictionary!) as Leaf | undefined) ?? '';
    const age = say('ePatient.15');
    return { age: age ? `${age} ${UNITS[say('ePatient.16')] ?? ''}`.trim() : '', sex: SEXES[say('ePatient.25')] ?? '' };
  },
};
