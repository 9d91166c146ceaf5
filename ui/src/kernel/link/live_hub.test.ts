import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveHub, SILENCE_MS, type FromHub, type Tab } from './live_hub';

/** A server whose streams the test writes to. */
class Server {
  streams: { url: string; lastEventId: string | null; write(event: string, data: unknown, id?: number): void; end(): void; aborted: boolean }[] = [];
  status = 200;
  reachable = true;

  fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (!this.reachable) return Promise.reject(new TypeError('network'));
    if (this.status !== 200) return Promise.resolve(new Response('', { status: this.status }));
    let control!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (c) => void (control = c) });
    const bytes = new TextEncoder();
    const stream = {
      url,
      lastEventId: new Headers(init.headers).get('Last-Event-ID'),
      aborted: false,
      write: (event: string, data: unknown, id?: number) =>
        control.enqueue(bytes.encode(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)),
      end: () => control.close(),
    };
    init.signal?.addEventListener('abort', () => {
      stream.aborted = true;
      control.error(new DOMException('aborted', 'AbortError'));
    });
    this.streams.push(stream);
    return Promise.resolve(new Response(body, { status: 200 }));
  };

  get last() {
    return this.streams.at(-1)!;
  }
}

function tab(): Tab & { got: FromHub[]; rows: Record<string, Record<string, unknown>>; link: () => string | undefined } {
  const got: FromHub[] = [];
  const rows: Record<string, Record<string, unknown>> = {};
  return {
    got,
    rows,
    post(message) {
      got.push(message);
      if (message.type === 'snapshot') Object.assign(rows, structuredClone(message.views));
      if (message.type === 'rows') {
        for (const [view, key, row] of message.rows) {
          rows[view] ??= {};
          if (row === null) delete rows[view][key];
          else rows[view][key] = row;
        }
      }
    },
    link: () => got.filter((m) => m.type === 'link').at(-1)?.state,
  };
}

let server: Server;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  vi.stubGlobal('fetch', server.fetch);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the live link', () => {
  it('asks once for what all tabs show, and gives each tab its own views', async () => {
    const hub = new LiveHub();
    const [a, b] = [tab(), tab()];
    hub.show(a, ['units']);
    hub.show(b, ['incidents', 'units']);
    await pass(50);
    expect(server.streams.map((s) => s.url)).toEqual(['/api/v1/live?views=incidents,units']);
    server.last.write('snapshot', { seq: 5, now: 1, views: { units: { M1: { v: 1 } }, incidents: { '1': { v: 2 } } } });
    await pass(1);
    expect(a.rows).toEqual({ units: { M1: { v: 1 } } });
    expect(b.rows).toEqual({ units: { M1: { v: 1 } }, incidents: { '1': { v: 2 } } });
    server.last.write('rows', { seq: 6, rows: [['units', 'M1', null], ['units', 'M2', { v: 3 }]] }, 6);
    await pass(1);
    expect(a.rows).toEqual({ units: { M2: { v: 3 } } });
    hub.leave(a);
    hub.leave(b);
  });

  it('gives a late tab what is known, without another connection', async () => {
    const hub = new LiveHub();
    const [a, b] = [tab(), tab()];
    hub.show(a, ['units']);
    await pass(50);
    server.last.write('snapshot', { seq: 5, now: 1, views: { units: { M1: { v: 1 } } } });
    await pass(1);
    hub.show(b, ['units']);
    await pass(50);
    expect(b.rows).toEqual({ units: { M1: { v: 1 } } });
    expect(server.streams).toHaveLength(1);
    hub.leave(a);
    hub.leave(b);
  });

  it('resumes with the last seq after the server went away', async () => {
    const hub = new LiveHub();
    const a = tab();
    hub.show(a, ['units']);
    await pass(50);
    server.last.write('snapshot', { seq: 5, now: 1, views: { units: {} } }, 3);
    server.last.write('rows', { seq: 8, rows: [['units', 'M1', { v: 1 }]] }, 8);
    server.last.write('beat', { now: 2, seq: 99 });
    await pass(1);
    server.reachable = false;
    server.last.end();
    await pass(20_000);
    expect(a.link()).toBe('down');
    server.reachable = true;
    await pass(8_000);
    expect(server.last.lastEventId).toBe('8');
    server.last.write('rows', { seq: 9, rows: [['units', 'M1', { v: 2 }]] }, 9);
    await pass(1);
    expect(a.link()).toBe('up');
    expect(a.rows).toEqual({ units: { M1: { v: 2 } } });
    hub.leave(a);
  });

  it('calls silence a lost link, since the last word heard, and stays up through beats', async () => {
    const hub = new LiveHub();
    const a = tab();
    hub.show(a, ['units']);
    await pass(50);
    server.last.write('snapshot', { seq: 1, now: 1, views: { units: {} } });
    for (let i = 0; i < 6; i += 1) {
      await pass(5_000);
      server.last.write('beat', { now: 1, seq: 1 });
    }
    await pass(1);
    expect(a.link()).toBe('up');
    const heard = Date.now();
    await pass(SILENCE_MS + 1_500);
    expect(a.link()).toBe('down');
    const down = a.got.find((m) => m.type === 'link' && m.state === 'down');
    expect(down?.type === 'link' && Math.abs(down.heard! - heard) <= 2).toBe(true);
    expect(server.streams[0]?.aborted).toBe(true);
    hub.leave(a);
  });

  it('says signed out and waits to be told to try again', async () => {
    server.status = 401;
    const hub = new LiveHub();
    const a = tab();
    hub.show(a, ['units']);
    await pass(60_000);
    expect(a.link()).toBe('signed_out');
    expect(server.streams).toHaveLength(0);
    server.status = 200;
    hub.again();
    await pass(1);
    expect(server.streams).toHaveLength(1);
    hub.leave(a);
  });

  it('says what the role may not see, and asks again only for other views', async () => {
    server.status = 403;
    const hub = new LiveHub();
    const a = tab();
    hub.show(a, ['records']);
    await pass(60_000);
    expect(a.link()).toBe('denied');
    server.status = 200;
    hub.show(a, ['units']);
    await pass(50);
    expect(server.last.url).toBe('/api/v1/live?views=units');
    hub.leave(a);
  });

  it('asks for a snapshot when a tab opens another view', async () => {
    const hub = new LiveHub();
    const a = tab();
    hub.show(a, ['units']);
    await pass(50);
    server.last.write('snapshot', { seq: 5, now: 1, views: { units: {} } });
    await pass(1);
    hub.show(a, ['units', 'calls']);
    await pass(50);
    expect(server.last.url).toBe('/api/v1/live?views=calls,units');
    expect(server.last.lastEventId).toBeNull();
    expect(server.streams[0]?.aborted).toBe(true);
    hub.leave(a);
  });
});
