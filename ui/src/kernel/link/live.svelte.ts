/** Live views for components: `const units = live.view<UnitRow>('units')` is a reactive map that follows the server. */
import { onDestroy } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { clock } from '../time/clock.svelte';
import { LiveHub, type FromHub, type LinkState, type ToHub } from './live_hub';
import { newId } from '../ids';

class Link {
  state = $state<LinkState>('connecting');
  /** The server's instant of the last message before the link went down. */
  since = $state<number | null>(null);
  why = $state<string | null>(null);
  seq = $state(0);
  /** The page shows live rows of its own; without any there is no link to speak of while it is up. */
  follows = $state(false);
}

/** Followed by the frame of every page: the server's clock and its health come with it. */
const FRAME = 'health';

const link = new Link();
const views = new Map<string, SvelteMap<string, unknown>>();
const loaded = new SvelteMap<string, true>();
const users = new Map<string, number>();
let post: ((message: ToHub) => void) | null = null;
let fixture = false;

function rowsOf(view: string): SvelteMap<string, unknown> {
  let rows = views.get(view);
  if (!rows) {
    rows = new SvelteMap();
    views.set(view, rows);
  }
  return rows;
}

function take(message: FromHub): void {
  if (message.type === 'time') clock.hear(message.now, message.rate);
  else if (message.type === 'link') {
    link.state = message.state;
    link.why = message.why;
    link.since = message.heard === null ? null : clock.at(message.heard);
  } else if (message.type === 'rows') {
    link.seq = message.seq;
    for (const [view, key, row] of message.rows) {
      if (row === null) rowsOf(view).delete(key);
      else rowsOf(view).set(key, row);
    }
  } else {
    link.seq = message.seq;
    for (const [view, rows] of Object.entries(message.views)) replace(view, rows);
  }
}

function replace(view: string, rows: Record<string, unknown>): void {
  const shown = rowsOf(view);
  for (const key of [...shown.keys()]) if (!(key in rows)) shown.delete(key);
  for (const [key, row] of Object.entries(rows)) shown.set(key, row);
  loaded.set(view, true);
}

function connect(): (message: ToHub) => void {
  if (typeof SharedWorker === 'undefined') {
    const hub = new LiveHub();
    const tab = { post: take };
    return (message) => {
      if (message.type === 'views') hub.show(tab, message.views);
      else if (message.type === 'again') hub.again();
      else hub.leave(tab);
    };
  }
  const worker = new SharedWorker(new URL('./live_worker.ts', import.meta.url), { type: 'module', name: 'golden-hour-live' });
  worker.port.onmessage = ({ data }: MessageEvent<FromHub>) => take(data);
  worker.port.start();
  // Where the page may hold locks (https, localhost) the worker learns from one that this tab is gone.
  let lock: string | undefined;
  if (navigator.locks) {
    lock = `gh-tab-${newId()}`;
    void navigator.locks.request(lock, () => new Promise<void>(() => undefined));
  }
  return (message) => worker.port.postMessage({ ...message, lock });
}

function tell(message: ToHub): void {
  if (fixture) return;
  if (!post) {
    post = connect();
    addEventListener('online', () => tell({ type: 'again' }));
    addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') tell({ type: 'again' });
    });
    addEventListener('pagehide', () => tell({ type: 'bye' }));
    addEventListener('pageshow', (event) => {
      if (event.persisted) tellViews();
    });
  }
  post(message);
}

function tellViews(): void {
  link.follows = [...users.keys()].some((view) => view !== FRAME);
  if (users.size > 0) tell({ type: 'views', views: [...users.keys()].sort() });
}

function use(view: string, change: 1 | -1): void {
  const count = (users.get(view) ?? 0) + change;
  if (count > 0) users.set(view, count);
  else users.delete(view);
  if (count === 1 || count === 0) queueMicrotask(tellViews);
}

export const live = {
  link,
  /** Follow a view for as long as the calling component is shown. */
  view<T>(view: string): SvelteMap<string, T> {
    use(view, 1);
    onDestroy(() => use(view, -1));
    return rowsOf(view) as SvelteMap<string, T>;
  },
  /** Whether the view's first rows have come (so that "none" can be told from "not yet"). */
  loaded(view: string): boolean {
    return loaded.has(view);
  },
  /** Try the link now: after signing in, or when a person asks. */
  again(): void {
    tell({ type: 'again' });
  },
  /** Show these rows instead of a server's: galleries and tests. */
  pretend(rows: Record<string, Record<string, unknown>>, state: LinkState = 'up', since: number | null = null): void {
    fixture = true;
    link.state = state;
    link.since = since;
    for (const [view, its] of Object.entries(rows)) replace(view, its);
  },
};
