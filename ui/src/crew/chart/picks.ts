/**
 * What crews give and do most, by name, for elements whose codes come from RxNorm, SNOMED CT and ICD-10-CM and have no list
 * in the data set. Codes stand in the defined lists that NEMSIS publishes, and mean there what they are called here (a test
 * compares them). A short list to begin with: an agency's own copies of those lists take its place, and any other code can
 * be typed.
 */
import type { Choice, Dictionary } from './dictionary';
import { levelName } from './people';

const named = (pairs: Record<string, string>): Choice[] => Object.entries(pairs).map(([label, code]) => ({ code, label }));

export const MEDICATIONS = named({
  Acetaminophen: '161', Adenosine: '296', 'Albuterol (salbutamol)': '435', Amiodarone: '703', Aspirin: '1191', Atropine: '1223', 'Calcium chloride': '1901',
  Diazepam: '3322', Diphenhydramine: '3498', Dopamine: '3628', 'Epinephrine 1 mg/mL': '328316', 'Epinephrine 0.1 mg/mL': '317361', Fentanyl: '4337', Furosemide: '4603',
  Glucagon: '4832', 'Glucose (dextrose)': '4850', Haloperidol: '5093', 'Ipratropium': '7213', Ketamine: '6130', Ketorolac: '35827',
  Lidocaine: '6387', Lorazepam: '6470', 'Magnesium sulfate': '6585', Methylprednisolone: '6902', Midazolam: '6960', Morphine: '7052', Naloxone: '7242',
  Nitroglycerin: '4917', Norepinephrine: '7512', Ondansetron: '26225', Oxygen: '7806', 'Sodium bicarbonate': '36676', 'Sodium chloride 0.9 % (normal saline)': '313002', 'Tranexamic acid': '10691',
});

export const PROCEDURES = named({
  '12-lead ECG': '268400002', '3-lead ECG': '428803005', 'Airway opened by hand': '232664002', 'Bag valve mask ventilation': '425447009', 'Cardiac monitoring': '23852006',
  'Cardiopulmonary resuscitation': '89666000', 'Cervical spine immobilisation': '398041008', 'CPAP': '47545007', 'Defibrillation, manual': '426220008', 'Dressing of wound': '182531007',
  'Intraosseous access': '430824005', 'Intravenous access': '392230005', 'Laryngeal mask airway': '424979004', 'Orotracheal intubation': '232674004', 'Oxygen therapy': '57485005',
  'Pulse taken': '65653002', 'Splinting': '79321009', 'Suction of airway': '230040009', 'Tourniquet': '20655006', 'Wound care': '225358003',
});

export const CONDITIONS = named({
  'Abdominal pain': 'R10.9', 'Allergic reaction': 'T78.40', 'Altered mental status': 'R41.82', 'Anxiety': 'F41.9', 'Asthma': 'J45', 'Back pain': 'M54.9',
  'Cardiac arrest': 'I46.9', 'Chest pain': 'R07.9', 'Confusion': 'R41.0', 'COPD exacerbation': 'J44.1', 'Cough': 'R05', 'Dizziness': 'R42', 'Fever': 'R50.9', 'Head injury': 'S09.90', 'Headache': 'R51',
  'Heart failure': 'I50.9', 'Hypoglycaemia': 'E16.2', 'Hypotension': 'I95.9', 'Injury': 'T14.90', 'Vomiting': 'R11.10', 'Neck pain': 'M54.2', 'Overdose or poisoning': 'T50.90',
  'Pain': 'R52', 'Seizure': 'R56.9', 'Sepsis': 'A41.9', 'Shortness of breath': 'R06.02', 'Slurred speech': 'R47.81', 'STEMI': 'I21.3', 'Stroke': 'I63.9', 'Syncope': 'R55',
  'TIA': 'G45.9', 'Weakness': 'R53.1', 'Bleeding': 'R58', 'Coma': 'R40.20', 'Alcohol intoxication': 'F10.92', 'Other psychoactive substance use': 'F19',
});

export const PICKS: Record<string, readonly Choice[]> = {
  'eMedications.03': MEDICATIONS,
  'eProcedures.03': PROCEDURES,
  'eSituation.09': CONDITIONS,
  'eSituation.10': CONDITIONS,
  'eSituation.11': CONDITIONS,
  'eSituation.12': CONDITIONS,
};

/** What an element without a closed list offers: the agency's list where it has one, else the short one here; undefined for others. */
export function listOf(element: string, of: Dictionary): readonly Choice[] | undefined {
  const short = PICKS[element];
  const named = (one: Choice): Choice => (one.label === one.code ? (short?.find((known) => known.code === one.code) ?? one) : one);
  return of.chosen.list(element)?.map(named) ?? short;
}

/** The list as one role is offered it: what is within its scope first, the rest after it and marked. Nothing is withheld. */
export function offered(element: string, role: string | null, of: Dictionary): readonly Choice[] | undefined {
  const all = listOf(element, of);
  if (!all || role === null || !of.chosen.hasScope(element)) return all;
  const more = (PICKS[element] ?? []).filter((one) => !all.some((known) => known.code === one.code));
  const within: Choice[] = [];
  const beyond: Choice[] = [];
  for (const one of [...all, ...more]) {
    if (of.chosen.beyond(element, one.code, role) === null) within.push(one);
    else beyond.push({ ...one, mark: `beyond ${levelName(role)}` });
  }
  return [...within, ...beyond];
}

/** The name of a code of these lists; undefined for others. */
export function nameOf(element: string, code: string, of: Dictionary): string | undefined {
  return of.chosen.nameOf(element, code) ?? PICKS[element]?.find((one) => one.code === code)?.label;
}
