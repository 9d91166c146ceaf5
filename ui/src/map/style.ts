/**
 * The map's style in the colours of the theme. The tiles' layers (geo/region/map_features.py): landuse(kind), water, waterway(kind),
 * building, rail, boundary, road(class, name, ref, oneway, level), place(kind, name, rank), poi(kind, name).
 */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

export const TILES = '/api/v1/region/map.pmtiles';
const FONT = ['Noto Sans'];

export type Colours = (token: string) => string;

/** Colours of the theme in force, from the tokens. */
export function themeColours(element: Element = document.documentElement): Colours {
  const styles = getComputedStyle(element);
  return (token) => styles.getPropertyValue(token).trim();
}

const MAJOR = ['motorway', 'trunk', 'primary', 'motorway_link', 'trunk_link', 'primary_link'];
const MIDDLE = ['secondary', 'tertiary', 'secondary_link', 'tertiary_link'];
const isOneOf = (classes: string[]): ExpressionSpecification => ['in', ['get', 'class'], ['literal', classes]];
const byZoom = (...stops: number[]): ExpressionSpecification => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops] as ExpressionSpecification;

function road(id: string, filter: ExpressionSpecification, colour: string, width: ExpressionSpecification, minzoom = 0): LayerSpecification {
  return {
    id,
    type: 'line',
    source: 'region',
    'source-layer': 'road',
    minzoom,
    filter,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': width },
  };
}

function ground(colour: Colours): LayerSpecification[] {
  const fill = (id: string, layer: string, token: string, minzoom = 0): LayerSpecification => ({
    id,
    type: 'fill',
    source: 'region',
    'source-layer': layer,
    minzoom,
    paint: { 'fill-color': colour(token) },
  });
  const line = (id: string, layer: string, token: string, width: ExpressionSpecification, dash?: number[]): LayerSpecification => ({
    id,
    type: 'line',
    source: 'region',
    'source-layer': layer,
    paint: { 'line-color': colour(token), 'line-width': width, ...(dash ? { 'line-dasharray': dash } : {}) },
  });
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': colour('--map-ground') } },
    {
      id: 'landuse',
      type: 'fill',
      source: 'region',
      'source-layer': 'landuse',
      paint: { 'fill-color': [
          'match',
          ['get', 'kind'],
          ['wood', 'park', 'scrub', 'wetland'],
          colour('--map-green'),
          ['residential', 'commercial', 'industrial', 'hospital'],
          colour('--map-town'),
          colour('--map-ground'),
        ] },
    },
    fill('water', 'water', '--map-water'),
    line('waterway', 'waterway', '--map-water', byZoom(8, 0.6, 12, 1.5, 16, 8)),
    fill('building', 'building', '--map-building', 14),
    line('boundary', 'boundary', '--map-boundary', byZoom(7, 0.8, 14, 1.6), [4, 3]),
  ];
}

function roads(colour: Colours): LayerSpecification[] {
  const minor: ExpressionSpecification = ['!', isOneOf([...MAJOR, ...MIDDLE])];
  return [
    road('road-edge', isOneOf(MAJOR), colour('--map-boundary'), byZoom(8, 1.5, 12, 3, 16, 15)),
    road('road-minor', minor, colour('--map-road-minor'), byZoom(11, 0.4, 14, 2.2, 17, 10), 11),
    road('road-middle', isOneOf(MIDDLE), colour('--map-road'), byZoom(9, 0.6, 12, 1.8, 16, 12), 9),
    road('road-major', isOneOf(MAJOR), colour('--map-road-major'), byZoom(7, 0.8, 12, 2.4, 16, 13)),
    {
      id: 'rail',
      type: 'line',
      source: 'region',
      'source-layer': 'rail',
      paint: { 'line-color': colour('--map-boundary'), 'line-width': 1, 'line-dasharray': [6, 2] },
    },
  ];
}

function names(colour: Colours): LayerSpecification[] {
  const paint = { 'text-color': colour('--map-label'), 'text-halo-color': colour('--map-halo'), 'text-halo-width': 1.4 };
  return [
    {
      id: 'road-name',
      type: 'symbol',
      source: 'region',
      'source-layer': 'road',
      minzoom: 14,
      filter: ['has', 'name'],
      layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 11, 'symbol-spacing': 320 },
      paint,
    },
    {
      id: 'poi-name',
      type: 'symbol',
      source: 'region',
      'source-layer': 'poi',
      minzoom: 15,
      layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 10.5, 'text-max-width': 8 },
      paint,
    },
    {
      id: 'place-name',
      type: 'symbol',
      source: 'region',
      'source-layer': 'place',
      layout: {
        'symbol-sort-key': ['get', 'rank'],
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['match', ['get', 'kind'], ['city', 'town'], 15, ['village', 'suburb'], 12.5, 11],
        'text-max-width': 7,
      },
      paint,
    },
  ];
}

/** The ground map alone; what moves is added by `layers.ts`. Without tiles it is an empty ground, not an error. */
export function groundStyle(colour: Colours, tiles: string | null): StyleSpecification {
  const base: StyleSpecification = { version: 8, sources: {}, layers: [] };
  if (!tiles) return { ...base, layers: ground(colour).slice(0, 1) };
  base.sources = { region: { type: 'vector', url: `pmtiles://${new URL(tiles, location.href).href}` } };
  return { ...base, layers: [...ground(colour), ...roads(colour), ...names(colour)] };
}
