/** The rows of hand-over and charting, as the server sends them. Times are ms UTC. */

export interface HandoverMessage {
  at: number;
  side: 'crew' | 'hospital';
  text: string;
}

export interface VitalsRow {
  at: number | null;
  hr: number | null;
  sbp: number | null;
  dbp: number | null;
  rr: number | null;
  spo2: number | null;
  gcs: number | null;
}

export interface HandoverRow {
  id: string;
  facility: string;
  facility_name: string;
  incident: string;
  number: string;
  assignment: string;
  unit: string;
  call_sign: string;
  level: number;
  alerts: string[];
  complaint: string;
  age: string;
  sex: string;
  words?: string;
  eta_at: number | null;
  alerted_at: number;
  accepted_at: number | null;
  messages?: HandoverMessage[];
  arrived_at: number | null;
  bed: string;
  signatures?: Partial<Record<'crew' | 'hospital', { at: number; name: string }>>;
  record: string | null;
  /** Oldest first. */
  vitals?: VitalsRow[];
}

export interface RecordRow {
  id: string;
  incident: string;
  number: string;
  assignment: string;
  unit: string;
  call_sign: string;
  patient_number: number;
  patient?: string;
  opened_at: number;
  missing: number;
}
