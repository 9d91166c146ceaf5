/** The board's rows as things on the map. */
import type { IncidentRow, PositionRow, UnitRow } from '../kernel/rows';
import type { Region } from '../kernel/region.svelte';
import type { MapIncident, MapPlace, MapUnit } from '../map/things';

/** Units with a known position; off-duty ones stay off the map. */
export function mapUnits(units: Iterable<UnitRow>, positions: ReadonlyMap<string, PositionRow>, now: number, acknowledge_s: number): MapUnit[] {
  const shown: MapUnit[] = [];
  for (const unit of units) {
    const position = positions.get(unit.id);
    if (!position || unit.status === 'off_duty') continue;
    shown.push({
      id: unit.id,
      label: unit.call_sign,
      status: unit.status,
      at: [position.lon, position.lat],
      heading: position.heading,
      position_at: position.at,
      waited: unit.status === 'notified' ? (now - unit.since) / 1000 / acknowledge_s : 0,
    });
  }
  return shown;
}

export function mapIncidents(incidents: Iterable<IncidentRow>): MapIncident[] {
  return Array.from(incidents, (row) => ({
    id: row.id,
    label: row.number,
    level: row.level,
    at: row.location ? [row.location.lon, row.location.lat] : null,
    uncertain_m: row.location_confirmed ? null : row.location?.uncertainty_m,
  }));
}

export function mapPlaces(region: Region | null): MapPlace[] {
  if (!region) return [];
  const hospitals = region.hospitals.map((one): MapPlace => ({ id: one.id, label: one.name, kind: 'hospital', at: [one.lon, one.lat] }));
  const posts = [...region.stations, ...region.posts].map((one): MapPlace => ({ id: one.id, label: one.name, kind: 'post', at: [one.lon, one.lat] }));
  return [...posts, ...hospitals];
}
