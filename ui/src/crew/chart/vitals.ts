/** The vital signs pad: which signs, in which order, and what is so unusual that it is asked about once more. */
import type { Tree } from './tree';

export interface PadSign {
  key: string;
  element: string;
  name: string;
  unit: string;
  /** Outside these, a slip is likelier than the value: the pad says so, and takes it all the same. Chosen wide, adults and children. */
  usual: [low: number, high: number];
  decimals?: number;
}

export const SIGNS: readonly PadSign[] = [
  { key: 'hr', element: 'eVitals.10', name: 'Heart rate', unit: '/min', usual: [20, 250] },
  { key: 'sbp', element: 'eVitals.06', name: 'Systolic', unit: 'mmHg', usual: [40, 260] },
  { key: 'dbp', element: 'eVitals.07', name: 'Diastolic', unit: 'mmHg', usual: [20, 160] },
  { key: 'rr', element: 'eVitals.14', name: 'Respirations', unit: '/min', usual: [4, 70] },
  { key: 'spo2', element: 'eVitals.12', name: 'SpO₂', unit: '%', usual: [50, 100] },
  { key: 'etco2', element: 'eVitals.16', name: 'ETCO₂', unit: 'mmHg', usual: [5, 100] },
  { key: 'glucose', element: 'eVitals.18', name: 'Glucose', unit: 'mg/dL', usual: [20, 600] },
  { key: 'pain', element: 'eVitals.27', name: 'Pain', unit: '0–10', usual: [0, 10] },
  { key: 'temp', element: 'eVitals.24', name: 'Temperature', unit: '°C', usual: [28, 42], decimals: 1 },
];

export const GCS = [
  { key: 'eye', element: 'eVitals.19', name: 'Eyes', most: 4 },
  { key: 'verbal', element: 'eVitals.20', name: 'Verbal', most: 5 },
  { key: 'motor', element: 'eVitals.21', name: 'Motor', most: 6 },
] as const;

export type Measured = Partial<Record<string, string>>;

/** What is unlikely about one value, or about two together. Null is nothing. */
export function unusual(sign: PadSign, values: Measured): string | null {
  const text = values[sign.key];
  if (!text) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  if (value < sign.usual[0]) return `unusually low: under ${sign.usual[0]}`;
  if (value > sign.usual[1]) return `unusually high: over ${sign.usual[1]}`;
  if (sign.key === 'dbp' && values.sbp && value >= Number(values.sbp)) return 'not under the systolic';
  return null;
}

/** AVPU where the Glasgow score leaves no doubt of it: 15 alert, 3 unresponsive. In between the crew says. */
function avpuOf(total: number): string | null {
  return total === 15 ? '3326001' : total === 3 ? '3326007' : null;
}

/** The content of a set of vital signs in the groups of the data set; empty fields are left out. */
export function vitalGroup(values: Measured, taken: string): Tree {
  const group: Tree = { 'eVitals.01': taken, 'eVitals.02': '9923001' };
  const pressure: Tree = {};
  if (values.sbp) pressure['eVitals.06'] = values.sbp;
  if (values.dbp) pressure['eVitals.07'] = values.dbp;
  if (Object.keys(pressure).length > 0) group['eVitals.BloodPressureGroup'] = pressure;
  if (values.hr) group['eVitals.HeartRateGroup'] = { 'eVitals.10': values.hr };
  if (values.spo2) group['eVitals.12'] = values.spo2;
  if (values.rr) group['eVitals.14'] = values.rr;
  if (values.etco2) group['eVitals.16'] = values.etco2;
  if (values.glucose) group['eVitals.18'] = values.glucose;
  const score: Tree = {};
  for (const { key, element } of GCS) if (values[key]) score[element] = values[key];
  if (values.eye && values.verbal && values.motor) score['eVitals.23'] = String(Number(values.eye) + Number(values.verbal) + Number(values.motor));
  if (Object.keys(score).length > 0) group['eVitals.GlasgowScoreGroup'] = score;
  if (values.temp) group['eVitals.TemperatureGroup'] = { 'eVitals.24': values.temp };
  const avpu = values.avpu ?? avpuOf(Number(score['eVitals.23']));
  if (avpu) group['eVitals.26'] = avpu;
  if (values.pain) group['eVitals.PainScaleGroup'] = { 'eVitals.27': values.pain };
  return group;
}

/** "HR 88, BP 120/80, SpO₂ 97": what a set says in one line. */
export function inOneLine(values: Measured): string {
  const said: string[] = [];
  if (values.hr) said.push(`HR ${values.hr}`);
  if (values.sbp) said.push(`BP ${values.sbp}/${values.dbp ?? '–'}`);
  if (values.rr) said.push(`RR ${values.rr}`);
  if (values.spo2) said.push(`SpO₂ ${values.spo2} %`);
  if (values.etco2) said.push(`ETCO₂ ${values.etco2}`);
  if (values.glucose) said.push(`glucose ${values.glucose}`);
  if (values.eye && values.verbal && values.motor) said.push(`GCS ${Number(values.eye) + Number(values.verbal) + Number(values.motor)}`);
  if (values.pain) said.push(`pain ${values.pain}`);
  if (values.temp) said.push(`${values.temp} °C`);
  return said.join(', ');
}
