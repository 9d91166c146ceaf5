/** The sources and layers of what moves: routes, incidents, units, places, the picked point. */
import type { GeoJSONSource, LayerSpecification, Map as MapLibre } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import type { Colours } from './style';

export const SOURCES = ['cells', 'uncertainty', 'routes', 'places', 'incidents', 'units', 'pick'] as const;
export type SourceName = (typeof SOURCES)[number];
const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };
const FONT = ['Noto Sans'];

export function show(map: MapLibre, source: SourceName, features: FeatureCollection): void {
  map.getSource<GeoJSONSource>(source)?.setData(features);
}

function layers(colour: Colours): LayerSpecification[] {
  const words = { 'text-color': colour('--text'), 'text-halo-color': colour('--map-halo'), 'text-halo-width': 1.6 };
  return [
    {
      id: 'cells',
      type: 'fill',
      source: 'cells',
      paint: { 'fill-color': colour('--map-route'), 'fill-opacity': ['get', 'shade'], 'fill-antialias': false },
    },
    {
      id: 'uncertainty',
      type: 'fill',
      source: 'uncertainty',
      paint: { 'fill-color': colour('--map-route'), 'fill-opacity': 0.12, 'fill-outline-color': colour('--map-route') },
    },
    {
      id: 'route-edge',
      type: 'line',
      source: 'routes',
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colour('--map-halo'), 'line-width': 6 },
    },
    {
      id: 'route-taken',
      type: 'line',
      source: 'routes',
      filter: ['==', ['get', 'kind'], 'taken'],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': colour('--map-route'), 'line-width': 3 },
    },
    {
      id: 'route-offered',
      type: 'line',
      source: 'routes',
      filter: ['==', ['get', 'kind'], 'offered'],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': colour('--text'), 'line-width': 3, 'line-dasharray': [1.5, 1.2] },
    },
    {
      id: 'places',
      type: 'symbol',
      source: 'places',
      layout: {
        'icon-image': ['get', 'image'],
        'icon-allow-overlap': true,
        'text-field': ['step', ['zoom'], '', 12, ['get', 'label']],
        'text-font': FONT,
        'text-size': 11,
        'text-anchor': 'top',
        'text-offset': [0, 0.8],
        'text-optional': true,
      },
      paint: { ...words, 'text-color': colour('--map-label') },
    },
    {
      id: 'selection',
      type: 'circle',
      source: 'incidents',
      filter: ['get', 'selected'],
      paint: { 'circle-radius': 17, 'circle-opacity': 0, 'circle-stroke-width': 2.5, 'circle-stroke-color': colour('--focus') },
    },
    {
      id: 'unit-selection',
      type: 'circle',
      source: 'units',
      filter: ['get', 'selected'],
      paint: { 'circle-radius': 15, 'circle-opacity': 0, 'circle-stroke-width': 2.5, 'circle-stroke-color': colour('--focus') },
    },
    {
      id: 'incidents',
      type: 'symbol',
      source: 'incidents',
      layout: {
        'icon-image': ['get', 'image'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['-', 0, ['get', 'order']],
        'text-field': ['get', 'label'],
        'text-font': FONT,
        'text-size': 12,
        'text-anchor': 'left',
        'text-offset': [1.2, 0],
        'text-optional': true,
      },
      paint: words,
    },
    {
      id: 'unit-heading',
      type: 'symbol',
      source: 'units',
      filter: ['get', 'nose'],
      layout: {
        'icon-image': 'heading',
        'icon-rotate': ['get', 'heading'],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
      paint: { 'icon-opacity': ['get', 'fade'] },
    },
    {
      id: 'units',
      type: 'symbol',
      source: 'units',
      layout: {
        'icon-image': ['get', 'image'],
        'icon-rotate': ['get', 'turn'],
        // Beside what it works on, so that the incident's level stays in sight.
        'icon-offset': ['case', ['get', 'beside'], ['literal', [13, 13]], ['literal', [0, 0]]],
        'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['case', ['get', 'busy'], 1, 0],
        'text-field': ['get', 'label'],
        'text-font': FONT,
        'text-size': 12,
        'text-anchor': 'left',
        'text-offset': ['case', ['get', 'beside'], ['literal', [2.1, 1.1]], ['literal', [1.1, 0]]],
        'text-optional': true,
        'text-rotation-alignment': 'viewport',
      },
      paint: { ...words, 'icon-opacity': ['get', 'fade'], 'text-opacity': ['max', 0.75, ['get', 'fade']] },
    },
    {
      id: 'pick',
      type: 'symbol',
      source: 'pick',
      layout: { 'icon-image': 'pin', 'icon-allow-overlap': true, 'icon-ignore-placement': true },
    },
  ];
}

/** Add them to a style that was just loaded. */
export function addLayers(map: MapLibre, colour: Colours): void {
  for (const source of SOURCES) if (!map.getSource(source)) map.addSource(source, { type: 'geojson', data: EMPTY });
  for (const layer of layers(colour)) if (!map.getLayer(layer.id)) map.addLayer(layer);
}
