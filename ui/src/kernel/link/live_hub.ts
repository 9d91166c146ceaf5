/**
 * One live connection for every tab of a browser.
 *
 * The hub asks the server for the union of the views its tabs show, keeps the newest rows, and passes on to each tab
 * what it shows. It runs in a SharedWorker, or in the page where there is none. Rows are whole rows, so applying one
 * twice does no harm; the server starts with a snapshot or, given Last-Event-ID, with the rows missed.
 */
import { EventReader, type StreamEvent } from './sse';

export type Row = Record<string, unknown>;
export type Rows = Record<string, Row>;
export type RowChange = [view: string, key: string, row: Row | null];

/** `up` data flows; `down` nothing was heard for too long; `connecting` before the first answer; `denied` the role may not see it. */
export type LinkState = 'connecting' | 'up' | 'down' | 'signed_out' | 'denied';

export type FromHub =
  | { type: 'snapshot'; views: Record<string, Rows>; seq: number }
  | { type: 'rows'; rows: RowChange[]; seq: number }
  | { type: 'time'; now: number; rate?: number }
  /** `heard`: this device's instant (ms) of the last message from the server; null when none yet. */
  | { type: 'link'; state: LinkState; heard: number | null; why: string | null };

export type ToHub = { type: 'views'; views: string[] } | { type: 'again' } | { type: 'bye' };

export interface Tab {
  post(message: FromHub): void;
}

/** The server beats every 5 s; two beats and some are missing. */
export const SILENCE_MS = 12_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

interface Message {
  seq?: number;
  now?: number;
  rate?: number;
  views?: Record<string, Rows>;
  rows?: RowChange[];
}

export class LiveHub {
  private readonly tabs = new Map<Tab, Set<string>>();
  private readonly rows = new Map<string, Map<string, Row>>();
  private asked: string[] = [];
  private seq: string | null = null;
  private state: LinkState = 'connecting';
  private why: string | null = null;
  private heard: number | null = null;
  private opened = 0;
  private tries = 0;
  private connection: AbortController | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private settle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly base = '/api/v1/live') {}

  /** A tab shows these views; call again when they change. */
  show(tab: Tab, views: readonly string[]): void {
    const before = this.tabs.get(tab);
    this.tabs.set(tab, new Set(views));
    if (!before) tab.post(this.link());
    const cached: Record<string, Rows> = {};
    for (const view of views) {
      const rows = this.rows.get(view);
      if (rows && !before?.has(view)) cached[view] = Object.fromEntries(rows);
    }
    if (Object.keys(cached).length > 0) tab.post({ type: 'snapshot', views: cached, seq: Number(this.seq ?? 0) });
    if (this.watch === undefined) this.watch = setInterval(() => this.checkSilence(), 1_000);
    // Pages add their views one by one while they open: ask once they have settled.
    clearTimeout(this.settle);
    this.settle = setTimeout(() => this.reconsider(), 15);
  }

  leave(tab: Tab): void {
    this.tabs.delete(tab);
    if (this.tabs.size > 0) return;
    this.close();
    clearInterval(this.watch);
    this.watch = undefined;
    this.asked = [];
    this.rows.clear();
    this.seq = null;
  }

  /** Try now: the network came back, the laptop woke, somebody signed in. */
  again(): void {
    if (this.state === 'up' && this.connection && Date.now() - (this.heard ?? 0) < SILENCE_MS) return;
    this.tries = 0;
    this.open();
  }

  private needed(): string[] {
    const all = new Set<string>();
    for (const views of this.tabs.values()) for (const view of views) all.add(view);
    return [...all].sort();
  }

  private reconsider(): void {
    const needed = this.needed();
    if (needed.length === 0) return;
    if (this.connection && needed.every((view) => this.asked.includes(view))) return;
    this.seq = null; // other views than before: rows alone would not be enough, a snapshot must come
    this.open();
  }

  private close(): void {
    clearTimeout(this.retry);
    this.connection?.abort();
    this.connection = null;
  }

  private open(): void {
    this.close();
    const needed = this.needed();
    if (needed.length === 0) return;
    if (needed.join() !== this.asked.join()) this.seq = null;
    this.asked = needed;
    for (const view of [...this.rows.keys()]) if (!needed.includes(view)) this.rows.delete(view);
    const connection = new AbortController();
    this.connection = connection;
    this.opened = Date.now();
    void this.run(connection).catch((error: unknown) => {
      if (connection.signal.aborted) return;
      this.lost(error instanceof Error ? error.message : String(error));
    });
  }

  private async run(connection: AbortController): Promise<void> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (this.seq !== null) headers['Last-Event-ID'] = this.seq;
    const response = await fetch(`${this.base}?views=${this.asked.map(encodeURIComponent).join(',')}`, {
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: connection.signal,
    });
    if (response.status === 401) {
      this.close();
      this.move('signed_out', 'signed out');
      return;
    }
    if (response.status === 403) {
      const body = (await response.json().catch(() => null)) as { error?: { text?: string } } | null;
      this.close();
      this.move('denied', body?.error?.text ?? 'Your role may not see this.');
      return;
    }
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    const reader = new EventReader();
    const text = new TextDecoder();
    const stream = response.body.getReader();
    for (;;) {
      const { done, value } = await stream.read();
      if (connection.signal.aborted) return;
      if (done) throw new Error('the server closed the connection');
      this.heard = Date.now();
      for (const event of reader.feed(text.decode(value, { stream: true }))) this.take(event);
      this.tries = 0;
      this.move('up', null);
    }
  }

  private take(event: StreamEvent): void {
    const message = JSON.parse(event.data) as Message;
    if (event.event === 'snapshot') this.takeSnapshot(message);
    else if (event.event === 'rows') this.takeRows(message.rows ?? [], message.seq ?? 0);
    // A beat says how far the log is, not how far this screen is: only what brought rows is a place to go on from.
    if (event.id) this.seq = event.id;
    if (message.now !== undefined) {
      for (const tab of this.tabs.keys()) tab.post({ type: 'time', now: message.now, rate: message.rate });
    }
  }

  private takeSnapshot(message: Message): void {
    const views = message.views ?? {};
    for (const [view, rows] of Object.entries(views)) this.rows.set(view, new Map(Object.entries(rows)));
    for (const [tab, shown] of this.tabs) {
      const own = Object.fromEntries(Object.entries(views).filter(([view]) => shown.has(view)));
      tab.post({ type: 'snapshot', views: own, seq: message.seq ?? 0 });
    }
  }

  private takeRows(changes: RowChange[], seq: number): void {
    for (const [view, key, row] of changes) {
      const rows = this.rows.get(view) ?? new Map<string, Row>();
      this.rows.set(view, rows);
      if (row === null) rows.delete(key);
      else rows.set(key, row);
    }
    for (const [tab, shown] of this.tabs) {
      const own = changes.filter(([view]) => shown.has(view));
      if (own.length > 0) tab.post({ type: 'rows', rows: own, seq });
    }
  }

  private checkSilence(): void {
    if (!this.connection) return;
    const since = Math.max(this.heard ?? 0, this.opened);
    if (Date.now() - since < SILENCE_MS) return;
    this.connection.abort();
    this.lost('nothing heard from the server');
  }

  private lost(why: string): void {
    this.close();
    this.move('down', why);
    this.tries += 1;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.tries - 1));
    // Spread the screens of a floor, so that a server that starts is not met by all of them at once.
    this.retry = setTimeout(() => this.open(), longest * (0.5 + Math.random() / 2));
  }

  private link(): FromHub {
    return { type: 'link', state: this.state, heard: this.heard, why: this.why };
  }

  private move(state: LinkState, why: string | null): void {
    if (state === this.state && why === this.why) return;
    this.state = state;
    this.why = why;
    for (const tab of this.tabs.keys()) tab.post(this.link());
  }
}
