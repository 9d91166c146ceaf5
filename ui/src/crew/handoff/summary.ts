/** What the chart says of the patient, for the hospital. */
export interface PatientSummary {
  /** `72 y`; "" while unknown. */
  age: string;
  sex: string;
}

export const NOBODY_YET: PatientSummary = { age: '', sex: '' };
