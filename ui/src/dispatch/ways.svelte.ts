/** The ways drawn on the map: of the units that drive to the chosen incident, and of the candidate one looks at. */
import { get } from '../kernel/link/api';
import type { IncidentRow, RouteAnswer } from '../kernel/rows';
import type { MapRoute } from '../map/things';

/** A driven way is asked for again after this long (ms): the unit has moved on. */
const STALE_MS = 15_000;
const MOST = 6;
const MOVING = new Set(['notified', 'acknowledged', 'en_route', 'left_scene']);

interface Known {
  line: [number, number][];
  asked: number;
}

export class Ways {
  shown = $state.raw<MapRoute[]>([]);
  private readonly known = new Map<string, Known>();
  private wanted: { key: string; path: string; kind: MapRoute['kind'] }[] = [];

  /** Show the ways of an incident's moving units and, dashed, of the candidates one looks at. */
  show(incident: IncidentRow | null, candidates: readonly string[]): void {
    const wanted: typeof this.wanted = [];
    const to = (unit: string, target: string): string => `/api/v1/dispatch/route?unit=${encodeURIComponent(unit)}&${target}`;
    if (incident) {
      for (const one of incident.assignments) {
        if (!one.active || !MOVING.has(one.status)) continue;
        const target = one.status === 'left_scene' && one.facility ? `to_facility=${encodeURIComponent(one.facility)}` : `to_incident=${encodeURIComponent(incident.id)}`;
        if (one.status === 'left_scene' && !one.facility) continue;
        wanted.push({ key: `${one.unit} ${target}`, path: to(one.unit, target), kind: 'taken' });
      }
      for (const candidate of candidates) {
        if (wanted.some((one) => one.key.startsWith(`${candidate} `))) continue;
        const target = `to_incident=${encodeURIComponent(incident.id)}`;
        wanted.push({ key: `${candidate} ${target}`, path: to(candidate, target), kind: 'offered' });
      }
    }
    this.wanted = wanted.slice(-MOST);
    this.draw();
    const now = Date.now();
    for (const one of this.wanted) {
      const known = this.known.get(one.key);
      if (!known || now - known.asked > STALE_MS) void this.ask(one.key, one.path);
    }
  }

  private async ask(key: string, path: string): Promise<void> {
    this.known.set(key, { line: this.known.get(key)?.line ?? [], asked: Date.now() });
    try {
      const way = await get<RouteAnswer | null>(path);
      this.known.set(key, { line: way?.line ?? [], asked: Date.now() });
      this.draw();
    } catch {
      // No way is drawn then; the candidate's row says whether its time is known.
    }
  }

  private draw(): void {
    this.shown = this.wanted.flatMap((one) => {
      const line = this.known.get(one.key)?.line ?? [];
      return line.length > 1 ? [{ id: one.key, path: line, kind: one.kind }] : [];
    });
  }
}
