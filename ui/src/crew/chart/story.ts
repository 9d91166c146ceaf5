/** The chart as a time line: what was measured, given, done and noted, each with its time and the group it stands in. */
import type { Dictionary } from './dictionary';
import { nameOf } from './picks';
import { leaves, repeats, textOf, type Leaf, type Tree } from './tree';
import { say } from './values';
import { inOneLine, type Measured } from './vitals';

export interface Line {
  /** Where it stands: opens its form. Dispatch's times and notes have their element's path. */
  path: string;
  kind: 'vitals' | 'medication' | 'procedure' | 'time' | 'note';
  /** Null while nobody said when. */
  at: number | null;
  text: string;
}

const instant = (value: unknown): number | null => {
  const at = Date.parse(textOf(leaves(value)[0]) ?? '');
  return Number.isFinite(at) ? at : null;
};

export function measuredOf(group: Tree): Measured {
  const text = (value: unknown): string | undefined => textOf(leaves(value)[0]) ?? undefined;
  const under = (name: string): Tree => (group[name] as Tree | undefined) ?? {};
  return {
    hr: text(under('eVitals.HeartRateGroup')['eVitals.10']),
    sbp: text(under('eVitals.BloodPressureGroup')['eVitals.06']),
    dbp: text(under('eVitals.BloodPressureGroup')['eVitals.07']),
    spo2: text(group['eVitals.12']),
    rr: text(group['eVitals.14']),
    etco2: text(group['eVitals.16']),
    glucose: text(group['eVitals.18']),
    eye: text(under('eVitals.GlasgowScoreGroup')['eVitals.19']),
    verbal: text(under('eVitals.GlasgowScoreGroup')['eVitals.20']),
    motor: text(under('eVitals.GlasgowScoreGroup')['eVitals.21']),
    temp: text(under('eVitals.TemperatureGroup')['eVitals.24']),
    pain: text(under('eVitals.PainScaleGroup')['eVitals.27']),
  };
}

function coded(group: Tree, element: string, of: Dictionary): string {
  const leaf = leaves(group[element])[0];
  if (leaf === undefined) return '–';
  const code = textOf(leaf);
  const name = code ? nameOf(element, code, of) : undefined;
  return say(of.element(element), name ? (typeof leaf === 'string' ? name : ({ ...leaf, v: name } as Leaf)) : leaf, of);
}

export function lines(tree: Tree, of: Dictionary): Line[] {
  const found: Line[] = [];
  for (const group of repeats(tree, 'eVitals.VitalGroup', of)) {
    found.push({ path: `eVitals.VitalGroup[${String(group.id)}]`, kind: 'vitals', at: instant(group['eVitals.01']), text: inOneLine(measuredOf(group)) || 'Vital signs' });
  }
  for (const group of repeats(tree, 'eMedications.MedicationGroup', of)) {
    const dosage = (group['eMedications.DosageGroup'] as Tree | undefined) ?? {};
    const dose = textOf(leaves(dosage['eMedications.05'])[0]);
    const unit = leaves(dosage['eMedications.06'])[0] === undefined ? '' : coded(dosage, 'eMedications.06', of);
    const route = leaves(group['eMedications.04'])[0] === undefined ? '' : `, ${coded(group, 'eMedications.04', of)}`;
    found.push({ path: `eMedications.MedicationGroup[${String(group.id)}]`, kind: 'medication', at: instant(group['eMedications.01']), text: `${coded(group, 'eMedications.03', of)}${dose ? ` ${dose} ${unit}` : ''}${route}` });
  }
  for (const group of repeats(tree, 'eProcedures.ProcedureGroup', of)) {
    const worked = textOf(leaves(group['eProcedures.06'])[0]);
    found.push({ path: `eProcedures.ProcedureGroup[${String(group.id)}]`, kind: 'procedure', at: instant(group['eProcedures.01']), text: `${coded(group, 'eProcedures.03', of)}${worked === '9923001' ? ', without success' : ''}` });
  }
  const times = (tree.eTimes as Tree | undefined) ?? {};
  for (const [element, value] of Object.entries(times)) {
    const at = instant(value);
    if (at !== null && of.has(element)) found.push({ path: element, kind: 'time', at, text: of.element(element).l.replace(/ Date\/Time$/, '') });
  }
  const story = textOf(leaves((tree.eNarrative as Tree | undefined)?.['eNarrative.01'])[0]);
  const day = found.find((line) => line.at !== null)?.at ?? null;
  for (const text of story?.split('\n') ?? []) if (text.trim()) found.push({ path: 'eNarrative.01', kind: 'note', at: noteTime(text, day), text });
  // What has no time stands at the end, in the order of entry; equal times keep theirs.
  return found.map((line, order) => ({ line, order })).sort((a, b) => (a.line.at ?? Infinity) - (b.line.at ?? Infinity) || a.order - b.order).map((one) => one.line);
}

/** `14:32 …` written by the note pad: placed by its clock time near the other entries, within half a day. */
function noteTime(text: string, near: number | null): number | null {
  const found = /^(\d\d):(\d\d) /.exec(text);
  if (!found || near === null) return null;
  const reading = (Number(found[1]) * 60 + Number(found[2])) * 60_000;
  const guess = near - ((near + zoneShift(near)) % 86_400_000) + reading;
  return [guess - 86_400_000, guess, guess + 86_400_000].reduce((best, at) => (Math.abs(at - near) < Math.abs(best - near) ? at : best));
}

let zoneShift: (at: number) => number = () => 0;

/** How far the agency's wall clock is ahead of UTC, in ms: notes carry its times. */
export function notesAreIn(shift: (at: number) => number): void {
  zoneShift = shift;
}
