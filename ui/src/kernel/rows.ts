/** The rows of the live views and the answers of the queries, as the server sends them. Times are ms UTC. */

export interface Location {
  label: string;
  lon: number;
  lat: number;
  source: 'typed' | 'ali' | 'device' | 'caller_link' | 'map' | 'crew';
  uncertainty_m?: number;
  learned_at?: number;
  detail?: string;
}

export interface Note {
  at: number;
  by: string;
  text: string;
}

export interface Hazard {
  text: string;
  hold: boolean;
}

export type Said = 'yes' | 'no' | 'unknown';

export interface CallRow {
  id: string;
  number: string;
  line: string;
  state: 'ringing' | 'answered' | 'transferred' | 'abandoned' | 'ended';
  rang_at: number;
  answered_at: number | null;
  ended_at: number | null;
  desk: string;
  ani?: string;
  callback?: string;
  caller?: string;
  location?: Location | null;
  location_confirmed_at: number | null;
  locations_offered?: Location[];
  complaint: string | null;
  complaint_name: string;
  words?: string;
  awake: Said | null;
  breathing: Said | null;
  level: number | null;
  level_reason: string;
  level_by_human: boolean;
  incident: string | null;
  incident_number: string;
  hazards: Hazard[];
  notes?: Note[];
}

export const MOMENTS = [
  'reserved', 'scheduled', 'notified', 'acknowledged', 'en_route', 'staged', 'on_scene', 'at_patient', 'left_scene', 'at_destination',
  'care_transferred', 'back_in_service', 'home', 'cancelled', 'diverted',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface AssignmentRow {
  id: string;
  unit: string;
  call_sign: string;
  slot: string;
  mode: 'hot' | 'cold';
  status: Moment;
  since: number;
  times: Partial<Record<Moment, number>>;
  eta_s: number | null;
  eta_at: number | null;
  position_age_s: number | null;
  facility: string | null;
  facility_name: string;
  override: string;
  reasons: string[];
  outcome: string;
  active: boolean;
  out_of_order: Moment[];
}

export interface AgencyRequest {
  id: string;
  agency: string;
  wanted: string;
  state: 'asked' | 'accepted' | 'declined' | 'en_route' | 'arrived' | 'done';
  since: number;
  note?: string;
  unit?: string | null;
  /** When a helicopter is expected. */
  eta_at?: number | null;
  landing_zone?: string;
  handover_point?: string;
}

export interface SlotRow {
  slot: string;
  name: string;
  filled_by: string | null;
}

export interface RunningClock {
  clock: string;
  words: string;
  since: number;
  warn_s: number;
  alarm_s: number;
  unit: string | null;
}

export interface IncidentRow {
  id: string;
  number: string;
  opened_at: number;
  complaint: string | null;
  complaint_name: string;
  level: number | null;
  level_reason: string;
  location?: Location | null;
  location_confirmed: boolean;
  location_offered?: Location | null;
  hazards: Hazard[];
  patients: number;
  calls: string[];
  links: string[];
  scheduled_for: number | null;
  status: 'waiting' | 'scheduled' | 'assigned' | 'on_scene' | 'transporting' | 'clearing';
  waiting_since: number | null;
  assignments: AssignmentRow[];
  /** Of the units that have a part in it. */
  agencies: string[];
  requests: AgencyRequest[];
  notes?: Note[];
  acknowledged: Record<string, string>;
  plan: { id: string; name: string; slots: SlotRow[]; lacks: string[] } | null;
  clocks: RunningClock[];
}

export interface CommitmentRow {
  id: string;
  incident: string;
  number: string;
  status: Moment;
  since: number;
  level: number | null;
  label?: string;
  eta_at?: number | null;
  facility: string | null;
}

export interface UnitRow {
  id: string;
  call_sign: string;
  kind: 'ambulance' | 'first_responder' | 'supervisor' | 'helicopter';
  skill: 'emr' | 'emt' | 'aemt' | 'paramedic';
  agency: string;
  post: string;
  post_name: string;
  capabilities: string[];
  mutual_aid: boolean;
  status: string;
  since: number;
  on_duty: boolean;
  crew: { id: string; name: string; skill: string }[];
  out_of_service: string;
  out_until: number | null;
  assignments: CommitmentRow[];
}

export interface PositionRow {
  unit: string;
  lon: number;
  lat: number;
  at: number;
  heading: number | null;
  eta_at?: number | null;
}

export interface FacilityRow {
  id: string;
  name: string;
  lon: number;
  lat: number;
  capabilities: string[];
  beds: number;
  status: 'open' | 'limited' | 'diversion';
  services: string[];
  reason: string;
  expires_at: number | null;
  status_since: number;
  coming: number;
  offloading: number;
}

export interface DeskRow {
  county: string;
  exercise: boolean;
  speed: number;
  waiting: number;
  moving: number;
  available: number;
  on_duty: number;
  coverage_share: number | null;
  coverage_within_s: number;
  ringing: number;
}

/** Whether what people enter is kept and followed; '' and null: all is well. */
export interface HealthRow {
  trouble: string;
  since: number | null;
  behind_since: number | null;
}

export interface Candidate {
  unit: string;
  call_sign: string;
  kind: UnitRow['kind'];
  skill: UnitRow['skill'];
  status: string;
  eta_s: number | null;
  /** What of it passes before the unit rolls; a helicopter: before it is in the air. */
  turnout_s?: number;
  estimated: boolean;
  flies?: boolean;
  position_age_s: number | null;
  usable: boolean;
  slot: string | null;
  reasons: string[];
  diverts_from: string | null;
  uncovers?: string | null;
}

export interface Choice {
  slot: string;
  mode?: 'hot' | 'cold';
  plan?: string | null;
  eta_s?: number | null;
  turnout_s?: number | null;
  position_age_s?: number | null;
  reasons?: string[];
  override?: string;
}

export interface Recommendation {
  incident: string;
  plan: string;
  plan_name: string;
  slots: SlotRow[];
  candidates: Candidate[];
  lacks: string[];
  proposal: { unit: string; choice: Choice }[];
}

export interface RouteAnswer {
  mode: 'hot' | 'cold';
  seconds: number;
  metres: number;
  estimated: boolean;
  /** By air: the straight line is the way. */
  flight: boolean;
  line: [number, number][];
  turns: { text: string; street: string; metres: number; seconds: number }[];
}

export interface FoundPlace {
  label: string;
  kind: string;
  lon: number;
  lat: number;
  uncertainty_m: number;
  score: number;
  matched: string;
  /** What the position is of: "address point", "between numbers 10 and 14". */
  source: string;
  /** Not within this region: a warning, not a wall. */
  outside: boolean;
}

export interface Duplicate {
  incident: string;
  number: string;
  score: number;
  distance_m: number;
  age_s: number;
  complaint_name: string;
  label: string;
  reasons: string[];
}

export interface TimelineEntry {
  seq: number;
  id: string;
  type: string;
  part: string;
  text: string;
  by: string;
  role: string;
  occurred_at: number;
  recorded_at: number;
  late: boolean;
  unit: string | null;
  corrects: number | null;
  /** What the role may see of the fact itself. */
  fact?: Record<string, unknown> & { location?: { label: string; lon: number; lat: number }; level?: number };
}

export interface Timeline {
  incident: string;
  number: string;
  entries: TimelineEntry[];
  tracks: Record<string, [at: number, lon: number, lat: number][]>;
}

export interface RecentIncident {
  id: string;
  number: string;
  opened_at: number;
  closed_at: number | null;
  complaint_name: string;
  level: number | null;
  label?: string;
  outcome: string;
}
