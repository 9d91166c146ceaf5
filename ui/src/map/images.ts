/** The marks of `components/marks/shapes.ts` as map images, painted in the theme's colours. */
import type { Map as MapLibre } from 'maplibre-gl';
import { LEVEL_SHAPES, STATUS_COLOUR, STATUS_WORDS, unitShapes, type Level, type Shape, type UnitStatus } from '../components/marks/shapes';
import type { Colours } from './style';

const RATIO = 2;
const EDGE = 4;
const FIELD = 20;
/** A notified unit's ring closes in this many steps. */
export const RING_STEPS = 8;

interface Inks {
  mark: string;
  ground: string;
  on: string;
}

/** Paint on a 20x20 field with a margin, scaled. A halo of the ground keeps it readable on any road. */
function paint(shapes: readonly Shape[], inks: Inks, { size, text, halo = true }: { size: number; text?: string; halo?: boolean }): ImageData {
  const scale = (size * RATIO) / FIELD;
  const side = Math.ceil((FIELD + 2 * EDGE) * scale);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser has no canvas');
  pen.scale(scale, scale);
  pen.translate(EDGE, EDGE);
  pen.lineJoin = 'round';
  if (halo) {
    pen.strokeStyle = inks.ground;
    for (const shape of shapes) {
      pen.lineWidth = (shape.width ?? 0) + 3;
      pen.stroke(new Path2D(shape.d));
    }
  }
  for (const shape of shapes) {
    const path = new Path2D(shape.d);
    if (shape.fill) {
      pen.fillStyle = inks[shape.fill];
      pen.fill(path);
    }
    if (shape.stroke) {
      pen.strokeStyle = inks[shape.stroke];
      pen.lineWidth = shape.width ?? 1;
      pen.stroke(path);
    }
  }
  if (text) {
    pen.fillStyle = inks.on;
    pen.font = '600 12px "Noto Sans", sans-serif';
    pen.textAlign = 'center';
    pen.fillText(text, 10, 14.2);
  }
  return pen.getImageData(0, 0, side, side);
}

function put(map: MapLibre, id: string, image: ImageData): void {
  if (map.hasImage(id)) map.removeImage(id);
  map.addImage(id, image, { pixelRatio: RATIO });
}

export function unitImage(status: UnitStatus, waited: number): string {
  return status === 'notified' ? `unit-notified-${Math.round(Math.min(Math.max(waited, 0), 1) * RING_STEPS)}` : `unit-${status}`;
}

/** Put every mark into the map, in the colours of the theme. */
export function addImages(map: MapLibre, colour: Colours): void {
  const ground = colour('--map-halo');
  for (const status of Object.keys(STATUS_WORDS) as UnitStatus[]) {
    const inks: Inks = { mark: colour(STATUS_COLOUR[status]), ground, on: ground };
    const size = 20;
    const still = (waited: number): Shape[] => unitShapes(status, waited).filter((shape) => !shape.turns || status === 'en_route');
    if (status === 'notified') {
      for (let step = 0; step <= RING_STEPS; step += 1) put(map, `unit-notified-${step}`, paint(still(step / RING_STEPS), inks, { size }));
    } else put(map, `unit-${status}`, paint(still(0), inks, { size }));
    const nose = unitShapes(status).filter((shape) => shape.turns);
    if (status === 'left_scene') put(map, 'heading', paint(nose, inks, { size }));
  }
  for (const level of [1, 2, 3, 4, 5] as Level[]) {
    const on = level <= 3 ? colour(`--on-level-${level}`) : colour('--text');
    const inks: Inks = { mark: colour(`--level-${level}`), ground: colour('--map-halo'), on };
    const plate: Shape[] = level === 5 ? [{ d: 'M2 2h16v16H2z', fill: 'ground' }] : [];
    put(map, `level-${level}`, paint([...plate, ...LEVEL_SHAPES[level]], inks, { size: 22, text: String(level) }));
  }
  const text = colour('--text');
  const none: Shape[] = [{ d: 'M3 3h14v14H3z', fill: 'ground', stroke: 'mark', width: 1.5 }];
  put(map, 'level-none', paint(none, { mark: text, ground, on: text }, { size: 20, text: '?' }));
  const building: Inks = { mark: colour('--map-label'), ground, on: ground };
  put(map, 'place-hospital', paint([{ d: 'M3 3h14v14H3z', fill: 'mark' }, { d: 'M7 6v8M13 6v8M7 10h6', stroke: 'ground', width: 2 }], building, { size: 16 }));
  put(map, 'place-post', paint([{ d: 'M10 3L17 9.5V17H3V9.5z', fill: 'ground', stroke: 'mark', width: 1.8 }], building, { size: 15 }));
  const pick: Inks = { mark: colour('--focus'), ground, on: ground };
  put(map, 'pin', paint([{ d: 'M10 1.5v6M10 12.5v6M1.5 10h6M12.5 10h6', stroke: 'mark', width: 2.2 }, { d: 'M10 3.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13z', stroke: 'mark', width: 2.2 }], pick, { size: 26 }));
}
