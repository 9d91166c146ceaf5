/** Demand and minutes as squares on the map, in bands that a legend names. */
import type { MapCell } from '../map/things';
import type { PostOnMap } from './plan';

export interface PlanningMap {
  heat: { west: number; south: number; cell_lon: number; cell_lat: number; columns: number; cells: number[]; calls: number[]; calls_total: number; most: number };
  posts: PostOnMap[];
  cell_lon: number[];
  cell_lat: number[];
  cell_calls: number[];
  cover: {
    targets_s: number[];
    hours: { hour: number; calls: number; within: number[]; expected: number[]; mean_min: number | null }[];
    minutes: (number | null)[][];
  };
}

/** Upper ends of the bands in minutes; beyond the last, and where no road leads, is the darkest. */
export const MINUTES = [4, 6, 8, 12] as const;
export const SHADES = [0.06, 0.16, 0.3, 0.46, 0.64] as const;

export function band(minutes: number | null): number {
  if (minutes == null) return MINUTES.length;
  const found = MINUTES.findIndex((upto) => minutes <= upto);
  return found < 0 ? MINUTES.length : found;
}

/** Share of the day's calls in each band at that hour. */
export function bandShares(map: PlanningMap, hour: number): number[] {
  const sums = SHADES.map(() => 0);
  map.cover.minutes.forEach((row, i) => {
    const at = band(row[hour] ?? null);
    sums[at] = (sums[at] ?? 0) + (map.cell_calls[i] ?? 0);
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => (total > 0 ? sum / total : 0));
}

function square(map: PlanningMap, cell: number, shade: number): MapCell {
  const { west, south, cell_lon, cell_lat, columns } = map.heat;
  const x = west + (cell % columns) * cell_lon;
  const y = south + Math.floor(cell / columns) * cell_lat;
  return { west: x, south: y, east: x + cell_lon, north: y + cell_lat, shade };
}

/** By demand the eye judges area and shade together, so shade goes with the root of the calls. */
export function demandCells(map: PlanningMap): MapCell[] {
  return map.heat.cells.map((cell, i) => square(map, cell, 0.05 + 0.6 * Math.sqrt((map.heat.calls[i] ?? 0) / map.heat.most)));
}

/** `heat.cells` and `cover.minutes` go by the same blocks in the same order. */
export function minuteCells(map: PlanningMap, hour: number): MapCell[] {
  return map.heat.cells.map((cell, i) => square(map, cell, SHADES[band(map.cover.minutes[i]?.[hour] ?? null)] ?? 0));
}
