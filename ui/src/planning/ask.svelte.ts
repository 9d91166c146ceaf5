/** The planner's side of the server: the plan as it is, a map of the draft, runs and how far they are. */
import { ApiError, get, post, type Problem } from '../kernel/link/api';
import type { PlanningMap } from './cells';
import type { Effect } from './effects';
import type { LonLat } from '../map/things';
import type { Plan } from './plan';

export interface Base {
  plan: Plan;
  policies: string[];
  kinds: string[];
  levels: { name: string; target_s: number }[];
  calls_per_day: number;
  notes: string[];
  map: PlanningMap;
}
export interface RunLine {
  run: string;
  name: string;
  at?: number;
  effects?: Effect[];
  /** Why its file cannot be read. */
  unreadable?: string;
}
export interface Run extends RunLine {
  state: 'running' | 'done' | 'refused';
  done?: number;
  total?: number;
  text?: string;
  remembered?: boolean;
  inputs?: { after: unknown; before: unknown };
  results?: { weeks: number; calls_per_week: number; notes_after: string[] };
}
export interface Site {
  post: string | null;
  lon: number;
  lat: number;
  expected_gain: number;
  covered_gain: number;
}
export interface Suggested {
  target_s: number;
  q: number;
  expected: Site | null;
  once: Site | null;
}

/** A difference with its interval, in the goal's own measure: a share, seconds saved, or chance to survive. */
export interface Gap {
  mean: number;
  low: number;
  high: number;
}
export type Goal = 'share' | 'mean' | 'survival';
export interface Homes {
  moved: { unit: string; was: string; home: string }[];
  confirmed: Gap | null;
  plays: number;
  ended: 'local_optimum' | 'budget' | 'stopped';
}
export interface TriedQ {
  q: number;
  against_none: Gap;
}
export interface Search {
  state: 'none' | 'running' | 'done' | 'refused';
  over?: 'homes' | 'q';
  goal?: Goal;
  done?: number;
  total?: number;
  text?: string;
  found?: Homes | { tried: TriedQ[]; best: TriedQ | null };
}
/** How many steps of preparing are done; a total of 0 before it has begun. */
export interface Ready {
  done: number;
  total: number;
}

const EVERY_MS = 250;
const SETTLE_MS = 200;

export class Asking {
  base = $state.raw<Base | null>(null);
  map = $state.raw<PlanningMap | null>(null);
  runs = $state.raw<RunLine[]>([]);
  run = $state.raw<Run | null>(null);
  suggested = $state.raw<Suggested | null>(null);
  search = $state.raw<Search>({ state: 'none' });
  ready = $state.raw<Ready | null>(null);
  problem = $state<Problem | null>(null);
  mapProblem = $state<Problem | null>(null);
  busy = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private newest = 0;
  private gone = false;

  async begin(): Promise<void> {
    void this.watchReady();
    await this.say(async () => {
      const [base, runs] = await Promise.all([get<Base>('/api/v1/planning/base'), get<{ runs: RunLine[] }>('/api/v1/planning/runs')]);
      this.base = base;
      this.map = base.map;
      this.runs = runs.runs;
    });
  }

  /** Until the plan is there, how far the server is with preparing it. */
  private async watchReady(): Promise<void> {
    while (!this.base && !this.problem && !this.gone) {
      try {
        this.ready = await get<Ready>('/api/v1/planning/ready');
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return; // the same refusal comes with the plan, and is shown there
      }
      await new Promise((wake) => setTimeout(wake, 2 * EVERY_MS));
    }
  }

  /** The draft's map, once dragging pauses; an older answer never covers a newer one. */
  draw(plan: Plan, day: string): void {
    clearTimeout(this.timer);
    const number = ++this.newest;
    this.timer = setTimeout(async () => {
      try {
        const map = await post<PlanningMap>('/api/v1/planning/map', { plan, day });
        if (number !== this.newest) return;
        this.map = map;
        this.mapProblem = null;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (number === this.newest) this.mapProblem = error.problem;
      }
    }, SETTLE_MS);
  }

  async whatIf(plan: Plan): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.say(async () => {
      this.run = await post<Run>('/api/v1/planning/what-if', { plan });
      while (this.run.state === 'running' && !this.gone) {
        await new Promise((wake) => setTimeout(wake, EVERY_MS));
        this.run = await get<Run>(`/api/v1/planning/run?run=${this.run.run}`);
      }
      if (this.run.state === 'refused') this.problem = { rule: 'planning.plan', text: this.run.text ?? '' };
      this.runs = (await get<{ runs: RunLine[] }>('/api/v1/planning/runs')).runs;
    });
    this.busy = false;
  }

  async look(plan: Plan, over: 'homes' | 'q', goal: Goal): Promise<void> {
    if (this.search.state === 'running') return;
    await this.say(async () => {
      this.search = await post<Search>('/api/v1/planning/search', { plan, over, goal });
      while (this.search.state === 'running' && !this.gone) {
        await new Promise((wake) => setTimeout(wake, EVERY_MS));
        this.search = await get<Search>('/api/v1/planning/searching');
      }
      if (this.search.state === 'refused') this.problem = { rule: 'planning.plan', text: this.search.text ?? '' };
    });
  }

  async open(run: string): Promise<void> {
    await this.say(async () => {
      this.run = await get<Run>(`/api/v1/planning/run?run=${run}`);
    });
  }

  async suggest(plan: Plan): Promise<void> {
    await this.say(async () => {
      this.suggested = await post<Suggested>('/api/v1/planning/suggest', { plan });
    });
  }

  async place(text: string, near: LonLat | null): Promise<{ id: string; label: string; at: LonLat }[]> {
    const where = near ? `&lon=${near[0]}&lat=${near[1]}` : '';
    const found = await get<{ found: { label: string; lon: number; lat: number }[] }>(`/api/v1/places/search?q=${encodeURIComponent(text)}${where}`);
    return found.found.map((one, i) => ({ id: String(i), label: one.label, at: [one.lon, one.lat] }));
  }

  stop(): void {
    this.gone = true;
    clearTimeout(this.timer);
  }

  private async say(what: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.problem;
    }
  }
}
