/**
 * Reading a line such as `send m3 231` while it is typed.
 *
 * Pages give verbs (what may be said) and a vocabulary (what can be named now). The reading says what is understood so
 * far, what is missing, how the line may go on, and what Enter would do. Forgiving: capitals, dashes, leading zeros,
 * small words ("to"), the unit first ("m3 on scene"), unique beginnings ("stan" for St Anne).
 */
export interface Candidate {
  id: string;
  /** What is written into the line and shown: `M3`, `0231`, `St Anne`. */
  label: string;
  /** Other ways to name it. */
  also?: readonly string[];
  /** Shown beside it: `ALS · at post`. */
  hint?: string;
}

export interface Slot {
  name: string;
  /** A word of the vocabulary, or `text` (the rest of the line) or `time` (14:30). */
  kind: string;
  optional?: boolean;
  /** Takes one or more: `send m3 e7 231`. */
  many?: boolean;
}

export type Value = Candidate | Candidate[] | string;
export type Values = Record<string, Value>;

export interface Verb {
  name: string;
  also?: readonly string[];
  slots: readonly Slot[];
  /** One line for the key help. */
  says: string;
  /** What Enter would do, in the field's words, from what is understood. */
  effect?: (values: Values) => string | null;
  run: (values: Values) => unknown;
}

export type Vocabulary = Record<string, () => readonly Candidate[]>;

export interface Completion {
  /** The whole line once taken. */
  line: string;
  label: string;
  hint?: string;
}

export interface Reading {
  verb: Verb | null;
  values: Values;
  /** Enter will run it. */
  ready: boolean;
  /** What is still missing ("which incident?") or not understood ("no unit “m33”"). */
  problem: string | null;
  completions: Completion[];
  effect: string | null;
}

const SMALL = new Set(['to', 'for', 'the', 'at', 'on', 'with', 'is']);
const SHOWN = 8;
const WORDS_JOINED = 3;

interface Name {
  plain: string;
  /** Its words, each plain. */
  parts: string[];
}

/** The same thousands of names are compared at every key. */
const known = new Map<string, Name>();
const MOST_KNOWN = 20_000;

const strip = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '');

function named(text: string): Name {
  let found = known.get(text);
  if (!found) {
    found = { plain: strip(text), parts: text.split(/[^\p{L}\p{N}]+/u).map(strip) };
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, found);
  }
  return found;
}
const plain = (text: string): string => named(text).plain;
const bare = (text: string): string => text.replace(/^0+(?=\d)/, '');

/** How well a typed word names a candidate: 0 not at all, up to 5 exactly. */
export function closeness(typed: string, candidate: Candidate): number {
  const word = plain(typed);
  if (!word) return 0;
  let best = 0;
  const digits = /^\d+$/.test(word);
  for (const name of [candidate.label, candidate.id, ...(candidate.also ?? [])]) {
    const { plain: whole, parts } = named(name);
    if (whole === word) return 5;
    if (bare(whole) === bare(word)) best = Math.max(best, 4);
    else if (whole.startsWith(word)) best = Math.max(best, 3);
    else if (digits && whole.endsWith(word)) best = Math.max(best, 2);
    else if (parts.some((part) => part.startsWith(word))) best = Math.max(best, 1);
  }
  return best;
}

interface Found {
  best: Candidate[];
  score: number;
}

function find(typed: string, among: readonly Candidate[]): Found {
  let found: Found = { best: [], score: 0 };
  for (const candidate of among) {
    const score = closeness(typed, candidate);
    if (score === 0 || score < found.score) continue;
    if (score > found.score) found = { best: [candidate], score };
    else found.best.push(candidate);
  }
  return found;
}

function ranked(typed: string, among: readonly Candidate[]): Candidate[] {
  if (!plain(typed)) return among.slice(0, SHOWN);
  const scored = among.map((candidate) => ({ candidate, score: closeness(typed, candidate) })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score || a.candidate.label.localeCompare(b.candidate.label, 'en', { numeric: true }));
  return scored.slice(0, SHOWN).map(({ candidate }) => candidate);
}

const namesOf = (verb: Verb): string[] => [verb.name, ...(verb.also ?? [])];

/** The verb that `words` begin with, longest name first, and how many words it takes. */
function verbAt(words: readonly string[], verbs: readonly Verb[]): { verb: Verb; took: number } | null {
  for (let took = Math.min(WORDS_JOINED, words.length); took > 0; took -= 1) {
    const said = plain(words.slice(0, took).join(''));
    for (const verb of verbs) if (namesOf(verb).some((name) => plain(name) === said)) return { verb, took };
  }
  const said = plain(words[0] ?? '');
  if (said.length < 2) return null;
  const begun = verbs.filter((verb) => namesOf(verb).some((name) => plain(name).startsWith(said)));
  return begun.length === 1 && begun[0] ? { verb: begun[0], took: 1 } : null;
}

interface Taken {
  value: Candidate | null;
  took: number;
  open: Candidate[];
}

/** Read one candidate from the words: as many words as name it ("st anne"), at best exactly. */
function take(words: readonly string[], among: readonly Candidate[]): Taken {
  for (let took = Math.min(WORDS_JOINED, words.length); took > 1; took -= 1) {
    const { best, score } = find(words.slice(0, took).join(''), among);
    if (score >= 3 && best.length === 1 && best[0]) return { value: best[0], took, open: best };
  }
  const { best } = find(words[0] ?? '', among);
  return { value: best.length === 1 ? (best[0] ?? null) : null, took: 1, open: best };
}

function timeOf(word: string): string | null {
  const found = /^(\d{1,2})[:.h]?(\d{2})$/.exec(word);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) return null;
  return `${found[1]!.padStart(2, '0')}:${found[2]}`;
}

const nothing: Reading = { verb: null, values: {}, ready: false, problem: null, completions: [], effect: null };

function verbCompletions(typed: string, verbs: readonly Verb[]): Completion[] {
  const said = plain(typed);
  return verbs
    .filter((verb) => namesOf(verb).some((name) => plain(name).startsWith(said)))
    .slice(0, SHOWN)
    .map((verb) => ({ line: verb.slots.length > 0 ? `${verb.name} ` : verb.name, label: verb.name, hint: verb.says }));
}

/** Put the unit after the verb: `m3 on scene` reads as `on scene m3`. */
function verbFirst(words: string[], verbs: readonly Verb[], vocabulary: Vocabulary): string[] {
  if (verbAt(words.slice(0, 1), verbs) && words.length === 1) return words;
  if (verbAt(words, verbs)) return words;
  const unit = take(words, vocabulary.unit?.() ?? []);
  if (!unit.value) return words;
  const rest = words.slice(unit.took);
  while (rest.length > 1 && SMALL.has(rest[0] ?? '') && !verbAt(rest, verbs)) rest.shift();
  const found = verbAt(rest, verbs);
  if (!found || found.verb.slots[0]?.kind !== 'unit') return words;
  return [...rest.slice(0, found.took), ...words.slice(0, unit.took), ...rest.slice(found.took)];
}

export function read(line: string, verbs: readonly Verb[], vocabulary: Vocabulary): Reading {
  const typed = line.trim().split(/\s+/).filter(Boolean);
  const begun = line !== '' && !/\s$/.test(line);
  if (typed.length === 0) return { ...nothing, completions: verbCompletions('', verbs) };
  const words = verbFirst(typed, verbs, vocabulary);
  const found = verbAt(words, verbs);
  if (!found || (begun && typed.length === found.took && verbCompletions(typed.join(''), verbs).length > 1 && !exact(typed, verbs))) {
    const completions = verbCompletions(typed[0] ?? '', verbs);
    const units = typed.length === 1 ? ranked(typed[0] ?? '', vocabulary.unit?.() ?? []) : [];
    const unitsNamed = units.map((unit) => ({ line: `${unit.label} `, label: unit.label, hint: unit.hint }));
    const problem = completions.length + unitsNamed.length > 0 ? null : `“${typed[0]}” is not a command. Type ? for the list.`;
    return { ...nothing, problem, completions: [...completions, ...unitsNamed].slice(0, SHOWN) };
  }
  return readSlots(found.verb, words.slice(found.took), { begun: begun && words === typed, vocabulary });
}

function exact(words: readonly string[], verbs: readonly Verb[]): boolean {
  const said = plain(words.join(''));
  return verbs.some((verb) => namesOf(verb).some((name) => plain(name) === said));
}

interface Rest {
  /** The last word is still being typed. */
  begun: boolean;
  vocabulary: Vocabulary;
}

function readSlots(verb: Verb, words: string[], { begun, vocabulary }: Rest): Reading {
  const values: Values = {};
  const said: string[] = [verb.name];
  let at = 0;
  const finish = (problem: string | null, completions: Completion[]): Reading => {
    const ready = problem === null;
    return { verb, values, ready, problem, completions, effect: verb.effect?.(values) ?? null };
  };
  const offer = (among: readonly Candidate[]): Completion[] =>
    among.map((one) => ({ line: `${[...said, one.label].join(' ')} `, label: one.label, hint: one.hint }));

  for (const [place, slot] of verb.slots.entries()) {
    if (slot.kind === 'text') {
      const text = words.slice(at).join(' ');
      if (text) values[slot.name] = text;
      else if (!slot.optional) return finish(`${slot.name}?`, []);
      return finish(null, []);
    }
    while (SMALL.has((words[at] ?? '').toLowerCase()) && at < words.length - 1) at += 1;
    const left = words.slice(at);
    if (slot.kind === 'time') {
      const time = timeOf(left[0] ?? '');
      if (time) {
        values[slot.name] = time;
        said.push(time);
        at += 1;
      } else if (!slot.optional) return finish(`${slot.name}? for example 16:00`, []);
      continue;
    }
    const among = vocabulary[slot.kind]?.() ?? [];
    if (left.length === 0) {
      if (slot.optional) continue;
      return finish(`which ${slot.name}?`, offer(among.slice(0, SHOWN)));
    }
    const taken: Candidate[] = [];
    let miss: Reading | null = null;
    for (;;) {
      const rest = words.slice(at);
      const { value, took, open } = take(rest, among);
      if (!value) {
        if (taken.length > 0) break;
        if (slot.optional && open.length === 0) break;
        const word = rest[0] ?? '';
        const list = offer(ranked(word, among));
        miss = finish(open.length > 1 ? `which ${slot.name}: ${labels(open)}?` : `no ${slot.name} “${word}”`, list);
        break;
      }
      if (!taken.some((one) => one.id === value.id)) taken.push(value);
      at += took;
      const lastWord = at >= words.length;
      if (lastWord && begun) {
        // Still typing this word: show what else it could become.
        const others = offer(ranked(words.slice(at - took).join(''), among)).filter(({ label }) => label !== value.label);
        said.push(value.label);
        values[slot.name] = slot.many ? taken : value;
        const more = verb.slots.slice(place + 1).find((next) => !next.optional);
        return finish(more ? `which ${more.name}?` : null, others);
      }
      said.push(value.label);
      const nextKind = verb.slots[place + 1]?.kind;
      if (!slot.many || lastWord || !stillThis(words.slice(at), among, vocabulary[nextKind ?? '']?.() ?? [])) break;
    }
    if (miss) return miss;
    if (taken.length > 0) values[slot.name] = slot.many ? taken : taken[0]!;
  }
  if (at < words.length) return finish(`“${words.slice(at).join(' ')}” is not understood here`, []);
  return finish(null, []);
}

/** Whether the next word names another of this slot rather than the slot that follows. */
function stillThis(words: readonly string[], these: readonly Candidate[], following: readonly Candidate[]): boolean {
  const word = words[0] ?? '';
  if (SMALL.has(word.toLowerCase())) return false;
  const own = find(word, these);
  return own.best.length === 1 && own.score > find(word, following).score;
}

function labels(open: readonly Candidate[]): string {
  const few = open.slice(0, 4).map((one) => one.label);
  return few.join(', ') + (open.length > few.length ? ` or ${open.length - few.length} more` : '');
}

export const one = (values: Values, name: string): Candidate | null => {
  const value = values[name];
  if (value === undefined || typeof value === 'string') return null;
  return Array.isArray(value) ? (value[0] ?? null) : value;
};
export const several = (values: Values, name: string): Candidate[] => {
  const value = values[name];
  if (value === undefined || typeof value === 'string') return [];
  return Array.isArray(value) ? value : [value];
};
export const words = (values: Values, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};
