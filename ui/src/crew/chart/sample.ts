/** A few elements of the data set, in the dictionary's form: for tests and the gallery. */
import { Dictionary } from './dictionary';

export const SAMPLE = new Dictionary({
  version: '3.5.1',
  pages: [
    { key: 'patient', title: 'Patient', sections: ['ePatient'] },
    { key: 'vitals', title: 'Vital signs', sections: ['eVitals'] },
    { key: 'complaint', title: 'Complaint', sections: ['eSituation'] },
  ],
  notValues: { '7701001': 'Not Applicable', '7701003': 'Not Recorded' },
  pertinentNegatives: { '8801019': 'Refused', '8801029': 'Approximate', '8801031': 'Symptom Not Present' },
  types: {
    HeartRate: { base: 'integer', minimum: '0', maximum: '500' },
    DBP: { base: 'string', pattern: '[5][0][0]|[1-4][0-9][0-9]|[0-9]|[1-9][0-9]|P|p' },
    BodyTemperature: { base: 'decimal', minimum: '0', maximum: '50', total_digits: 3, fraction_digits: 1 },
    DateTimeType: { base: 'dateTime', minimum: '1950-01-01T00:00:00-00:00', maximum: '2050-01-01T00:00:00-00:00' },
    Name: { base: 'string', min_length: 1, max_length: 60 },
    Age: { base: 'integer', minimum: '1', maximum: '120' },
    Symptom: { base: 'string', pattern: '[A-Z][0-9]{2}(\\.[0-9]{1,3})?' },
    Birth: { base: 'date', minimum: '1890-01-01', maximum: '2050-01-01' },
    AVPU: { base: 'string', codes: { '3326001': 'Alert', '3326007': 'Unresponsive' } },
  },
  sections: {
    ePatient: { n: 'ePatient', r: 1, c: [
      { n: 'ePatient.PatientNameGroup', c: [{ n: 'ePatient.02', l: 'Last Name', u: 'C', t: 'Name', nil: 1 }] },
      { n: 'ePatient.AgeGroup', r: 1, c: [{ n: 'ePatient.15', l: 'Age', u: 'R', t: 'Age', nil: 1, nv: ['7701001', '7701003'], pn: ['8801029'], pv: ['8801029'] }] },
      { n: 'ePatient.17', l: 'Date of Birth', u: 'C', t: 'Birth', nil: 1 },
    ] },
    eVitals: { n: 'eVitals', r: 1, c: [
      { n: 'eVitals.VitalGroup', m: 1, r: 1, c: [
        { n: 'eVitals.01', l: 'Taken', u: 'R', t: 'DateTimeType', nil: 1, nv: ['7701003'] },
        { n: 'eVitals.BloodPressureGroup', c: [{ n: 'eVitals.07', l: 'DBP', u: 'C', t: 'DBP', nil: 1 }] },
        { n: 'eVitals.HeartRateGroup', r: 1, c: [{ n: 'eVitals.10', l: 'Heart Rate', u: 'R', t: 'HeartRate', nil: 1, nv: ['7701003'], pn: ['8801019'] }] },
        { n: 'eVitals.26', l: 'AVPU', u: 'R', t: 'AVPU', nil: 1 },
      ] },
    ] },
    eSituation: { n: 'eSituation', r: 1, c: [{ n: 'eSituation.10', l: 'Other Associated Symptoms', u: 'R', t: 'Symptom', m: 1, nil: 1, nv: ['7701003'], pn: ['8801031'], pv: ['8801031'] }] },
  },
});
