import { describe, expect, it, vi } from 'vitest';

vi.mock('../kernel/link/live.svelte', () => ({ live: { view: () => new Map() } }));

import { content } from '../kernel/content.svelte';
import { region } from '../kernel/region.svelte';
import { read } from '../kernel/keyboard/command_line';
import type { IncidentRow, Recommendation, UnitRow } from '../kernel/rows';
import { useTimeZone } from '../kernel/time/time_words';
import type { Board } from './board.svelte';
import { dispatchVerbs, untilInstant, vocabulary } from './verbs';
import { choiceFor, consequence, placeWords, type Wish } from './wishes';

const NOW = Date.UTC(2026, 2, 4, 14, 32, 7);
const unit = (id: string, assignments: Partial<UnitRow['assignments'][number]>[] = []): UnitRow =>
  ({ id: id.toLowerCase(), call_sign: id, kind: 'ambulance', skill: 'paramedic', status: 'available', post_name: 'Ashford', assignments, on_duty: true, since: NOW }) as UnitRow;
const incident = (id: string, number: string): IncidentRow =>
  ({ id, number, level: 1, complaint_name: 'Cardiac arrest', location: { label: `${number} Mill Ln`, lon: 0, lat: 0, source: 'typed' }, assignments: [], plan: { id: 'l1', name: '', lacks: [], slots: [{ slot: 'als', name: 'ALS', filled_by: null }] } }) as unknown as IncidentRow;

const units = [unit('M3'), unit('M9', [{ id: 'i229/1', incident: 'i229', number: '0229', status: 'en_route', since: NOW }]), unit('E7')];
const incidents = [incident('i231', '0231'), incident('i229', '0229')];
const board = {
  sortedUnits: units,
  openIncidents: incidents,
  units: new Map(units.map((row) => [row.id, row])),
  incidents: new Map(incidents.map((row) => [row.id, row])),
  facilities: new Map([['st-anne', { id: 'st-anne', name: 'St Anne', status: 'open' }]]),
  callSign: (id: string) => id.toUpperCase(),
  choose: () => undefined,
} as unknown as Board;
const found: Recommendation = {
  incident: 'i231',
  plan: 'l1',
  plan_name: 'Immediate threat',
  slots: [],
  lacks: [],
  candidates: [
    { unit: 'm3', call_sign: 'M3', kind: 'ambulance', skill: 'paramedic', status: 'available', eta_s: 245, estimated: false, position_age_s: 12, usable: true, slot: 'als', reasons: ['nearest by road'], diverts_from: null, uncovers: 'Ashford' },
  ],
  proposal: [{ unit: 'm3', choice: { slot: 'als', eta_s: 245, plan: 'l1' } }],
};
content.pretend({
  version: 1, complaints: [{ id: 'chest_pain', name: 'Chest pain', default_level: 2, words: [] }, { id: 'fall', name: 'Fall', default_level: 4, words: [] }] as never, outcomes: ['patient transported'], agencies: [{ id: 'fire', name: 'Fire and rescue', wants: [] }], services: [], alerts: [], cancel_reasons: ['stood down'], out_of_service_reasons: ['mechanical'],
});
useTimeZone('UTC');
region.pretend({ name: '', bbox: null, timezone: 'UTC', posts: [{ id: 'ashford', name: 'Ashford', lon: 0, lat: 0 }], hospitals: [], stations: [] });

const forbidden = new Set<string>();
incidents[1]!.assignments = [{ id: 'i229/1', unit: 'm9', call_sign: 'M9', times: { notified: NOW - 300_000, en_route: NOW - 240_000 } }] as unknown as IncidentRow['assignments'];

function say(line: string): { wishes: Wish[]; said: string[]; effect: string | null } {
  const wishes: Wish[] = [];
  const said: string[] = [];
  const verbs = dispatchVerbs({
    board, give: (wish) => wishes.push(wish), found: (id) => (id === 'i231' ? found : null), cannot: (text) => said.push(text), open: (path) => said.push(path), find: (text) => said.push(text), place: (text) => Promise.resolve(text.startsWith('12') ? { label: '12 Mill Lane', lon: 9.5, lat: 47.1 } : null), may: (command) => !forbidden.has(command), now: () => NOW,
  });
  const reading = read(line, verbs, vocabulary(board));
  if (reading.ready) void reading.verb?.run(reading.values);
  else said.push(reading.problem ?? '');
  return { wishes, said, effect: reading.effect };
}
const first = (line: string): [string | undefined, Record<string, unknown> | undefined] => {
  const [wish] = say(line).wishes;
  return [wish?.name, wish?.fields];
};

describe('what a dispatcher types', () => {
  it('sends one unit as it was recommended, and says what that means before', () => {
    expect(first('send m3 231')).toEqual(['assign-unit', { incident: 'i231', unit: 'm3', choice: { slot: 'als', eta_s: 245, plan: 'l1' } }]);
    expect(say('send m3 231').effect).toBe('→ 0231 0231 Mill Ln: M3 4:05 by road, uncovers Ashford');
  });
  it('sends several together, all or none', () => {
    expect(first('send m3 e7 231')).toEqual(['send-plan', expect.objectContaining({ incident: 'i231', units: ['m3', 'e7'] })]);
  });
  it('keeps the reason of a choice against the plan', () => {
    expect(first('send e7 231 closer than the map says')[1]).toMatchObject({ unit: 'e7', choice: { slot: 'als', override: 'closer than the map says' } });
  });
  it('diverts from where the unit is', () => {
    expect(first('divert m9 231')).toEqual(['divert-unit', expect.objectContaining({ incident: 'i229', assignment: 'i229/1', to: 'i231', reason: 'needed more there' })]);
    expect(say('divert m3 231').said[0]).toContain('on no incident');
  });
  it('reports a status on the right assignment, and can take it back', () => {
    const [wish] = say('m9 on scene').wishes;
    expect([wish?.name, wish?.fields]).toEqual(['report-status', { incident: 'i229', unit: 'm9', assignment: 'i229/1', status: 'on_scene' }]);
    expect(Array.isArray(wish?.undo) && wish.undo[0]?.name).toBe('withdraw-status');
  });
  it('says that a unit without an assignment has nothing to report on', () => {
    expect(say('os m3')).toMatchObject({ wishes: [], said: ['M3 has no assignment to report on.'] });
  });
  it('names the hospital of a transport', () => {
    expect(first('tr m9 st-anne')[1]).toMatchObject({ status: 'left_scene', facility: 'st-anne' });
  });
  it('takes a unit out of service until a time of today, or of tomorrow', () => {
    expect(first('oos m3 mech 16:00')).toEqual(['take-out-of-service', { unit: 'm3', reason: 'mechanical', until: Date.UTC(2026, 2, 4, 16, 0) }]);
    expect(untilInstant('06:15', NOW)).toBe(Date.UTC(2026, 2, 5, 6, 15));
  });
  it('asks the fire service, notes, warns, changes the level and closes', () => {
    expect(first('fire 231 extrication')[1]).toMatchObject({ agency: 'fire', wanted: 'extrication' });
    expect(first('note 231 Gate 4711')[1]).toEqual({ incident: 'i231', text: 'Gate 4711' });
    expect(first('hazard 231 hold knife')[1]).toEqual({ incident: 'i231', text: 'knife', hold: true });
    expect(first('level 231 2 awake now')[1]).toEqual({ incident: 'i231', level: 2, reason: 'awake now' });
    expect(first('close 231 transported')[1]).toEqual({ incident: 'i231', outcome: 'patient transported' });
  });
  it('corrects a time that is there, and enters late one that nobody reported', () => {
    expect(first('time m9 en 14:27 from the radio log')).toEqual([
      'correct-time', { incident: 'i229', unit: 'm9', assignment: 'i229/1', moment: 'en_route', to: Date.UTC(2026, 2, 4, 14, 27), reason: 'from the radio log' },
    ]);
    expect(first('time m9 os 14:31')).toEqual(['report-status', { incident: 'i229', unit: 'm9', assignment: 'i229/1', status: 'on_scene', at: Date.UTC(2026, 2, 4, 14, 31) }]);
    expect(say('time m9 on scene 14:31').wishes).toHaveLength(1);
    expect(say('time m3 os 14:31').said[0]).toContain('no assignment');
    expect(say('time m9 os 14:31').effect).toBe('M9 on scene at 14:31');
  });
  it('says what an incident is and what belongs to it', () => {
    expect(first('type 231 fall')).toEqual(['set-complaint', { incident: 'i231', complaint: 'fall' }]);
    expect(first('link 231 229')).toEqual(['link-incidents', { incident: 'i231', other: 'i229' }]);
    expect(first('patients 231 3')).toEqual(['count-patients', { incident: 'i231', count: 3 }]);
    expect(say('patients 231 few').said[0]).toContain('not a number');
  });
  it('opens an incident nobody called about, where the place is known', async () => {
    const { wishes } = say('open chest pain 12 mill lane');
    await vi.waitFor(() => expect(wishes).toHaveLength(1));
    expect([wishes[0]?.name, wishes[0]?.fields]).toEqual([
      'open-incident', { incident: expect.any(String), complaint: 'chest_pain', level: 2, location: { label: '12 Mill Lane', lon: 9.5, lat: 47.1, source: 'typed' } },
    ]);
  });
  it('moves a unit up and signs crews on and off', () => {
    expect(first('post m3 ashford')).toEqual(['post-unit', { unit: 'm3', post: 'ashford' }]);
    expect(first('on m3 Kim Cole, Lee Diaz')[1]).toEqual({ unit: 'm3', crew: [{ id: 'm3-1', name: 'Kim Cole', skill: 'paramedic' }, { id: 'm3-2', name: 'Lee Diaz', skill: 'paramedic' }] });
    expect(first('off m3')).toEqual(['go-off-duty', { unit: 'm3' }]);
  });
  it('offers nothing that the role may not do', () => {
    forbidden.add('AssignUnit');
    expect(say('send m3 231').said[0]).toContain('is not a command');
    forbidden.clear();
  });
  it('opens calls and finds places', () => {
    expect(say('call').said).toEqual(['/calls']);
    expect(say('find mill lane').said).toEqual(['mill lane']);
  });
});

it('stands down what was sent by mistake, from the facts', () => {
  const [wish] = say('send m3 231').wishes;
  const undo = typeof wish?.undo === 'function' ? wish.undo([{ type: 'UnitAssigned', incident: 'i231', unit: 'm3', assignment: 'i231/1' }, { type: 'UnitNotified' }]) : [];
  expect(undo.map((one) => [one.name, one.fields.assignment])).toEqual([['cancel-assignment', 'i231/1']]);
});
it('chooses a slot for a unit nobody proposed', () => {
  expect(choiceFor('zz', incidents[0]!, null)).toEqual({ slot: 'als' });
});
it('never calls an unknown time a time', () => {
  expect(consequence(undefined, String)).toBe('not compared yet');
  expect(consequence({ ...found.candidates[0]!, eta_s: null }, String)).toContain('time unknown');
  expect(consequence(found.candidates[0], String)).toContain('245 by road');
  expect(consequence({ ...found.candidates[0]!, turnout_s: 60 }, String)).toContain('245 (turnout 60 + road 185)');
  expect(consequence({ ...found.candidates[0]!, turnout_s: 200, flies: true }, String)).toContain('245 (lift-off 200 + flight 45)');
});

it('calls a place that is withheld neither known nor unknown', () => {
  expect(placeWords({ location: { label: '12 Mill Ln' } }, 'no place yet')).toBe('12 Mill Ln');
  expect(placeWords({ location: null }, 'no place yet')).toBe('no place yet');
  expect(placeWords({}, 'no place yet')).toContain('withheld');
});
