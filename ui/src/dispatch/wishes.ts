/** What a dispatcher may wish, as commands with the words that tell what was done and, where the facts allow it, the way back. */
import { newId } from '../kernel/ids';
import type { Fact } from '../kernel/link/commands';
import type { AssignmentRow, Candidate, Choice, CommitmentRow, IncidentRow, Moment, Recommendation, UnitRow } from '../kernel/rows';
import { STATUS_WORDS, unitStatus } from '../components/marks/shapes';

export interface Wish {
  part: 'dispatch' | 'call-taking' | 'handoff';
  name: string;
  fields: Record<string, unknown>;
  /** "M3 sent to 0231", shown once it is accepted. */
  done: string;
  /** How to take it back: known beforehand, or from the facts it led to. */
  undo?: Wish[] | ((facts: readonly Fact[]) => Wish[]);
}

const dispatch = (name: string, fields: Record<string, unknown>, done: string, undo?: Wish['undo']): Wish => ({ part: 'dispatch', name, fields, done, undo });

/** The place in the plan a unit would take: what the recommendation says, else the first that is open, else the first. */
export function slotFor(unit: string, incident: IncidentRow, found: Recommendation | null): string {
  const proposed = found?.proposal.find((one) => one.unit === unit)?.choice.slot;
  const candidate = found?.candidates.find((one) => one.unit === unit)?.slot;
  const slots = incident.plan?.slots ?? found?.slots ?? [];
  return proposed ?? candidate ?? slots.find((slot) => slot.filled_by === null)?.slot ?? slots[0]?.slot ?? 'bls';
}

/** How a unit was chosen. A unit that was not proposed carries the dispatcher's reason. */
export function choiceFor(unit: string, incident: IncidentRow, found: Recommendation | null, reason = ''): Choice {
  const proposed = found?.proposal.find((one) => one.unit === unit)?.choice;
  if (proposed) return reason ? { ...proposed, override: reason } : proposed;
  const candidate = found?.candidates.find((one) => one.unit === unit);
  return {
    slot: slotFor(unit, incident, found),
    ...(incident.level && incident.level > 3 ? { mode: 'cold' as const } : {}),
    ...(candidate?.eta_s != null ? { eta_s: candidate.eta_s, turnout_s: candidate.turnout_s ?? 0 } : {}),
    ...(candidate?.position_age_s != null ? { position_age_s: candidate.position_age_s } : {}),
    ...(candidate ? { reasons: candidate.reasons } : {}),
    ...(reason ? { override: reason } : {}),
  };
}

/** Standing down what was sent by mistake, from the assignments it made. */
const unsend = (facts: readonly Fact[]): Wish[] =>
  facts
    .filter((fact) => fact.type === 'UnitAssigned')
    .map(({ incident, unit, assignment }) =>
      dispatch('cancel-assignment', { incident, unit, assignment, reason: 'sent by mistake' }, `${String(unit).toUpperCase()} stood down: sent by mistake`),
    );

export function send(units: readonly Pick<UnitRow, 'id' | 'call_sign'>[], incident: IncidentRow, found: Recommendation | null, reason = ''): Wish {
  const choices = units.map((unit) => choiceFor(unit.id, incident, found, reason));
  const done = `${units.map((unit) => unit.call_sign).join(', ')} sent to ${incident.number}`;
  const [first] = units;
  if (units.length === 1 && first) return dispatch('assign-unit', { incident: incident.id, unit: first.id, choice: choices[0] }, done, unsend);
  return dispatch('send-plan', { incident: incident.id, units: units.map((unit) => unit.id), choices }, done, unsend);
}

/** Everything the recommendation proposes, together. */
export function sendPlan(incident: IncidentRow, found: Recommendation, callSign: (unit: string) => string): Wish {
  const units = found.proposal.map((one) => one.unit);
  return dispatch(
    'send-plan',
    { incident: incident.id, units, choices: found.proposal.map((one) => one.choice) },
    `${units.map(callSign).join(', ')} sent to ${incident.number}`,
    unsend,
  );
}

export interface DivertTo {
  to: IncidentRow;
  found: Recommendation | null;
  reason: string;
}

export function divert(unit: Pick<UnitRow, 'id' | 'call_sign'>, from: CommitmentRow, { to, found, reason }: DivertTo): Wish {
  return dispatch(
    'divert-unit',
    { incident: from.incident, unit: unit.id, assignment: from.id, to: to.id, choice: choiceFor(unit.id, to, found), reason },
    `${unit.call_sign} diverted from ${from.number} to ${to.number}`,
  );
}

interface Part {
  incident: string;
  unit: string;
  assignment: string;
}

export interface StatusMore {
  facility?: string;
  facilityName?: string;
  outcome?: string;
}

export function status(part: Part, callSign: string, moment: Moment, more: StatusMore = {}): Wish {
  const words = moment === 'back_in_service' ? 'back in service' : STATUS_WORDS[unitStatus(moment)];
  const fields = { ...part, status: moment, ...(more.facility ? { facility: more.facility } : {}), ...(more.outcome ? { outcome: more.outcome } : {}) };
  const undo = dispatch('withdraw-status', { ...part, moment }, `${callSign}: “${words}” taken back`);
  return dispatch('report-status', fields, `${callSign} ${words}${more.facilityName ? ` to ${more.facilityName}` : ''}`, [undo]);
}

export function cancel(part: Part, callSign: string, number: string, reason: string): Wish {
  return dispatch('cancel-assignment', { ...part, reason }, `${callSign} cancelled from ${number}`);
}

export const destination = (part: Part, callSign: string, facility: { id: string; name: string }): Wish =>
  dispatch('change-destination', { ...part, facility: facility.id }, `${callSign} goes to ${facility.name}`);

export const correct = (part: Part, callSign: string, { moment, to, reason }: { moment: Moment; to: number; reason: string }): Wish =>
  dispatch('correct-time', { ...part, moment, to, reason }, `${callSign}: time of “${MOMENT_WORDS[moment]}” corrected`);

/** A time that nobody reported when it happened. */
export const lateEntry = (part: Part, callSign: string, { moment, at }: { moment: Moment; at: number }): Wish =>
  dispatch('report-status', { ...part, status: moment, at }, `${callSign} ${MOMENT_WORDS[moment]}, entered late`, [
    dispatch('withdraw-status', { ...part, moment }, `${callSign}: “${MOMENT_WORDS[moment]}” taken back`),
  ]);

export function outOfService(unit: Pick<UnitRow, 'id' | 'call_sign'>, reason: string, until: number | null): Wish {
  const undo = dispatch('return-to-service', { unit: unit.id }, `${unit.call_sign} in service`);
  return dispatch('take-out-of-service', { unit: unit.id, reason, ...(until ? { until } : {}) }, `${unit.call_sign} out of service: ${reason}`, [undo]);
}

export const inService = (unit: Pick<UnitRow, 'id' | 'call_sign'>): Wish =>
  dispatch('return-to-service', { unit: unit.id }, `${unit.call_sign} in service`);

export const post = (unit: Pick<UnitRow, 'id' | 'call_sign' | 'post' | 'post_name'>, to: { id: string; name: string }): Wish =>
  dispatch('post-unit', { unit: unit.id, post: to.id }, `${unit.call_sign} waits at ${to.name}`, [
    dispatch('post-unit', { unit: unit.id, post: unit.post }, `${unit.call_sign} waits at ${unit.post_name} again`),
  ]);

/** Signs on whoever is named: the radio has no badges, so they work at the level the unit has. */
export const onDuty = (unit: Pick<UnitRow, 'id' | 'call_sign' | 'skill'>, names: readonly string[]): Wish =>
  dispatch('go-on-duty', { unit: unit.id, crew: names.map((name, place) => ({ id: `${unit.id}-${place + 1}`, name, skill: unit.skill })) }, `${unit.call_sign} on duty: ${names.join(', ')}`);

export const offDuty = (unit: Pick<UnitRow, 'id' | 'call_sign'>): Wish => dispatch('go-off-duty', { unit: unit.id }, `${unit.call_sign} off duty`);

export interface Place {
  label: string;
  lon: number;
  lat: number;
  uncertainty_m?: number | null;
}

/** An incident nobody called about: a radio report, a scheduled transfer, something seen on the road. */
export function openIncident(complaint: { id: string; name: string; default_level: number }, place: Place): Wish {
  const location = { label: place.label, lon: place.lon, lat: place.lat, source: 'typed', ...(place.uncertainty_m ? { uncertainty_m: place.uncertainty_m } : {}) };
  return dispatch('open-incident', { incident: newId(), complaint: complaint.id, level: complaint.default_level, location }, `${complaint.name} opened at ${place.label}`);
}

export const complaint = (incident: IncidentRow, to: { id: string; name: string }): Wish =>
  dispatch('set-complaint', { incident: incident.id, complaint: to.id }, `${incident.number} is ${to.name}`);

export const link = (incident: IncidentRow, other: Pick<IncidentRow, 'id' | 'number'>): Wish =>
  dispatch('link-incidents', { incident: incident.id, other: other.id }, `${incident.number} and ${other.number} belong together`);

export const note = (incident: IncidentRow, text: string): Wish =>
  dispatch('note-incident', { incident: incident.id, text }, `Noted on ${incident.number}`);

export const hazard = (incident: IncidentRow, text: string, hold: boolean): Wish =>
  dispatch('note-hazard', { incident: incident.id, text, hold }, `Hazard noted on ${incident.number}`);

export const level = (incident: IncidentRow, to: number, reason: string): Wish =>
  dispatch('set-level', { incident: incident.id, level: to, reason }, `${incident.number} is level ${to}`);

export const patients = (incident: IncidentRow, count: number): Wish =>
  dispatch('count-patients', { incident: incident.id, count }, `${incident.number}: ${count} patients`);

/** `where`: for a helicopter, where it lands and where it takes the patient over. */
export const askAgency = (
  incident: IncidentRow,
  agency: { id: string; name: string },
  wanted: string,
  where: { landing_zone?: string; handover_point?: string } = {},
): Wish =>
  dispatch('request-agency', { incident: incident.id, request: newId(), agency: agency.id, wanted, ...where }, `${agency.name} asked for ${wanted}, ${incident.number}`);

export const moveRequest = (incident: IncidentRow, request: string, state: string, note = ''): Wish =>
  dispatch('move-agency-request', { incident: incident.id, request, state, note }, `Request: ${state.replace('_', ' ')}${note ? `, ${note}` : ''}`);

export const acknowledge = (incident: IncidentRow, clock: string): Wish =>
  dispatch('acknowledge-alarm', { incident: incident.id, clock }, `Alarm on ${incident.number} acknowledged`);

export function close(incident: IncidentRow, outcome: string): Wish {
  const undo = dispatch('reopen-incident', { incident: incident.id, reason: 'closed by mistake' }, `${incident.number} open again`);
  return dispatch('close-incident', { incident: incident.id, outcome }, `${incident.number} closed: ${outcome}`, [undo]);
}

export const useLocation = (incident: IncidentRow): Wish =>
  dispatch('locate-incident', { incident: incident.id, location: incident.location_offered, confirmed: true }, `${incident.number} is at ${incident.location_offered?.label}`);

/** What usually comes next for a unit, or null once it is clear. */
export function nextMoment(status: Moment): Moment | null {
  const next: Partial<Record<Moment, Moment>> = {
    reserved: 'notified',
    scheduled: 'notified',
    notified: 'acknowledged',
    acknowledged: 'en_route',
    en_route: 'on_scene',
    staged: 'on_scene',
    on_scene: 'at_patient',
    at_patient: 'left_scene',
    left_scene: 'at_destination',
    at_destination: 'care_transferred',
    care_transferred: 'back_in_service',
  };
  return next[status] ?? null;
}

export const REPORTED: readonly Moment[] = [
  'acknowledged', 'en_route', 'staged', 'on_scene', 'at_patient', 'left_scene', 'at_destination', 'care_transferred', 'back_in_service',
];

export const MOMENT_WORDS: Record<Moment, string> = {
  reserved: 'reserved',
  scheduled: 'scheduled',
  notified: 'notified',
  acknowledged: 'acknowledged',
  en_route: 'en route',
  staged: 'staged',
  on_scene: 'on scene',
  at_patient: 'at patient',
  left_scene: 'left scene',
  at_destination: 'at destination',
  care_transferred: 'care transferred',
  back_in_service: 'back in service',
  home: 'home',
  cancelled: 'cancelled',
  diverted: 'diverted',
};

/** The assignment a unit works on now, else the first it has. */
export const workedOn = (row: Pick<UnitRow, 'assignments'>): CommitmentRow | null =>
  row.assignments.findLast((each) => each.status !== 'reserved' && each.status !== 'scheduled') ?? row.assignments[0] ?? null;

export const partOf = (incident: { id: string }, one: Pick<AssignmentRow, 'id' | 'unit'>): Part => ({ incident: incident.id, unit: one.unit, assignment: one.id });

/** Whether one may act on an incident or a call: of what is another agency's the place is withheld. */
export const isOurs = (row: { location?: unknown }): boolean => row.location !== undefined;

/** Where an incident or a call is, for people; what is withheld is not unknown. */
export const placeWords = (row: { location?: { label: string } | null }, unknown: string): string =>
  isOurs(row) ? (row.location?.label ?? unknown) : 'place withheld: not your agency’s';

/** "4:05 (turnout 1:00 + road 3:05)": when it would be there, and what of it passes before it rolls. */
export function expected(eta_s: number, candidate: Pick<Candidate, 'turnout_s' | 'flies'>, time: (seconds: number) => string): string {
  const [before, way] = candidate.flies ? ['lift-off', 'flight'] : ['turnout', 'road'];
  const waits = candidate.turnout_s ?? 0;
  return waits > 0 ? `${time(eta_s)} (${before} ${time(waits)} + ${way} ${time(eta_s - waits)})` : `${time(eta_s)} by ${candidate.flies ? 'air' : 'road'}`;
}

/** In words, what sending this candidate means: time, and what it costs elsewhere. */
export function consequence(candidate: Candidate | undefined, time: (seconds: number) => string): string {
  if (!candidate) return 'not compared yet';
  const parts = [candidate.eta_s === null ? 'time unknown' : `${expected(candidate.eta_s, candidate, time)}${candidate.estimated ? ', estimated' : ''}`];
  if (candidate.diverts_from) parts.push('takes it from another incident');
  if (candidate.uncovers) parts.push(`uncovers ${candidate.uncovers}`);
  if (!candidate.usable) parts.push(candidate.reasons[0] ?? 'cannot be used');
  return parts.join(', ');
}
