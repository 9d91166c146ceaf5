/** Made-up units, incidents and verbs for the gallery. */
import { one, several, type Verb, type Vocabulary } from '../kernel/keyboard/command_line';
import type { UnitStatus } from '../components/marks/shapes';
import type { LonLat, MapIncident, MapRoute, MapUnit } from '../map/things';

export const NOW = Date.UTC(2026, 2, 4, 14, 32, 7);
const STATUSES: UnitStatus[] = ['available', 'notified', 'acknowledged', 'en_route', 'staged', 'on_scene', 'at_patient', 'left_scene', 'at_destination', 'care_transferred', 'reserved', 'out_of_service', 'off_duty'];
const NOTES = ['ALS post Ashford', '0229 ETA 2:20', 'BLS', 'brakes → 16:00', 'ALS to Meridian General Hospital and Regional Trauma Center, Ashford-under-the-Hill', ''];

/** Numbers spread evenly over 0..1, the same in every run (multiples of a square root). */
const spread = (i: number, salt: number): number => (i * Math.sqrt(salt)) % 1;

export const UNITS: (MapUnit & { note: string })[] = Array.from({ length: 300 }, (_, i) => ({
  id: `${'MEBS'[i % 4]}${i + 1}`,
  label: `${'MEBS'[i % 4]}${i + 1}`,
  status: STATUSES[i % STATUSES.length] ?? 'unknown',
  at: [9.48 + 0.14 * spread(i, 2), 47.06 + 0.18 * spread(i, 7)] as LonLat,
  heading: Math.floor(360 * spread(i, 3)),
  waited: spread(i, 5),
  position_at: i % 17 === 0 ? null : NOW - Math.floor(i % 13 === 0 ? 400_000 : 40_000 * spread(i, 11)),
  note: NOTES[i % NOTES.length] ?? '',
}));

export const INCIDENTS: MapIncident[] = [
  { id: '0231', label: '0231', level: 1, at: [9.52, 47.14], uncertain_m: 800 },
  { id: '0229', label: '0229', level: 2, at: [9.555, 47.18] },
  { id: '0228', label: '0228', level: 3, at: [9.51, 47.1] },
  { id: '0227', label: '0227', level: 4, at: [9.58, 47.12] },
  { id: '0226', label: '0226', level: 5, at: [9.6, 47.21] },
  { id: '0225', label: '0225', level: null, at: [9.5, 47.22] },
];

export const ROUTES: MapRoute[] = [
  { id: 'M3', kind: 'taken', path: [[9.5, 47.08], [9.505, 47.11], [9.515, 47.12], [9.52, 47.14]] },
  { id: 'M9', kind: 'offered', path: [[9.57, 47.16], [9.55, 47.15], [9.54, 47.145], [9.52, 47.14]] },
];

export const VOCABULARY: Vocabulary = {
  unit: () => UNITS.slice(0, 40).map((unit) => ({ id: unit.id, label: unit.label, hint: `${unit.status.replaceAll('_', ' ')} ${unit.note}` })),
  incident: () => INCIDENTS.map((incident) => ({ id: incident.id, label: incident.label, hint: `level ${incident.level ?? '?'}` })),
};

export const VERBS: Verb[] = [
  {
    name: 'send',
    slots: [{ name: 'unit', kind: 'unit', many: true }, { name: 'incident', kind: 'incident' }],
    says: 'Send units to an incident',
    effect: (values) => {
      const units = several(values, 'unit').map(({ label }) => label);
      const incident = one(values, 'incident');
      return units.length > 0 && incident ? `${units.join(', ')} → ${incident.label}, 4:05 by road, uncovers Ashford until M9 clears (14:41)` : null;
    },
    run: () => undefined,
  },
  { name: 'os', also: ['on scene'], slots: [{ name: 'unit', kind: 'unit' }], says: 'Unit is on scene', run: () => undefined },
];
