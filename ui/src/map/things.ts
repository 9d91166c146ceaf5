/** What pages put on the map, and how it becomes GeoJSON. */
import type { Feature, FeatureCollection } from 'geojson';
import { moves, unitStatus } from '../components/marks/shapes';
import { age } from '../kernel/time/time_words';
import { unitImage } from './images';

export type LonLat = [lon: number, lat: number];

export interface MapUnit {
  id: string;
  label: string;
  status: string;
  at: LonLat | null;
  /** Degrees from north. */
  heading?: number | null;
  /** Instant (ms) of the position. */
  position_at?: number | null;
  /** 0..1 of the acknowledge clock. */
  waited?: number;
}

export interface MapIncident {
  id: string;
  label: string;
  level: number | null;
  at: LonLat | null;
  /** The location is uncertain within this radius. */
  uncertain_m?: number | null;
}

export interface MapPlace {
  id: string;
  label: string;
  kind: 'hospital' | 'post';
  at: LonLat;
}

/** A square drawn under everything that moves; `shade` 0..1. */
export interface MapCell {
  west: number;
  south: number;
  east: number;
  north: number;
  shade: number;
}

export interface MapRoute {
  id: string;
  path: LonLat[];
  /** `taken`: a unit is on it; `offered`: what a candidate would drive. */
  kind: 'taken' | 'offered';
}

/** A position older than this fades and shows its age (seconds). */
export const POSITION_LIMIT_S = 60;

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });
const point = (at: LonLat, properties: Record<string, unknown>): Feature => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: at },
});

export function unitFeatures(units: readonly MapUnit[], now: number, selected: string | null): FeatureCollection {
  const features: Feature[] = [];
  for (const unit of units) {
    if (!unit.at) continue;
    const status = unitStatus(unit.status);
    const old_s = unit.position_at == null ? Infinity : (now - unit.position_at) / 1000;
    const stale = old_s > POSITION_LIMIT_S;
    features.push(
      point(unit.at, {
        id: unit.id,
        label: stale ? `${unit.label} · ${unit.position_at == null ? 'age unknown' : age(unit.position_at, now)}` : unit.label,
        image: unitImage(status, unit.waited ?? 0),
        turn: status === 'en_route' ? (unit.heading ?? 0) : 0,
        beside: status === 'on_scene' || status === 'at_patient' || status === 'at_destination' || status === 'care_transferred',
        nose: status === 'left_scene' && unit.heading != null,
        heading: moves(status) ? (unit.heading ?? 0) : 0,
        fade: stale ? Math.max(0.35, 0.75 - old_s / 3600) : 1,
        selected: unit.id === selected,
        busy: status !== 'available' && status !== 'off_duty' && status !== 'out_of_service',
      }),
    );
  }
  return collection(features);
}

export function incidentFeatures(incidents: readonly MapIncident[], selected: string | null): FeatureCollection {
  return collection(
    incidents.flatMap((incident) =>
      incident.at
        ? [
            point(incident.at, {
              id: incident.id,
              label: incident.label,
              image: incident.level ? `level-${incident.level}` : 'level-none',
              order: incident.level ?? 6,
              selected: incident.id === selected,
            }),
          ]
        : [],
    ),
  );
}

export const placeFeatures = (places: readonly MapPlace[]): FeatureCollection =>
  collection(places.map((place) => point(place.at, { id: place.id, label: place.label, kind: place.kind, image: `place-${place.kind}` })));

export const routeFeatures = (routes: readonly MapRoute[]): FeatureCollection =>
  collection(
    routes.map((route) => ({
      type: 'Feature',
      properties: { id: route.id, kind: route.kind },
      geometry: { type: 'LineString', coordinates: route.path },
    })),
  );

/** Circles of uncertainty round incident locations, as rings of 48 points. */
export function uncertaintyFeatures(incidents: readonly MapIncident[]): FeatureCollection {
  return collection(
    incidents.flatMap((incident) => {
      if (!incident.at || !incident.uncertain_m || incident.uncertain_m < 20) return [];
      const [lon, lat] = incident.at;
      const dy = incident.uncertain_m / 111_320;
      const dx = dy / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
      const ring = Array.from({ length: 49 }, (_, i): LonLat => {
        const turn = (i / 48) * 2 * Math.PI;
        return [lon + dx * Math.sin(turn), lat + dy * Math.cos(turn)];
      });
      return [{ type: 'Feature', properties: { id: incident.id }, geometry: { type: 'Polygon', coordinates: [ring] } } as Feature];
    }),
  );
}

export function cellFeatures(cells: readonly MapCell[]): FeatureCollection {
  return collection(
    cells.map(({ west, south, east, north, shade }): Feature => ({
      type: 'Feature',
      properties: { shade },
      geometry: { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
    })),
  );
}
