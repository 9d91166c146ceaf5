import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send } from './commands';

const asked: { url: string; body: Record<string, unknown>; token: string | null }[] = [];

function answering(...answers: (() => Response | never)[]): void {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({
      url,
      body: JSON.parse(init.body as string) as Record<string, unknown>,
      token: new Headers(init.headers).get('X-CSRF-Token'),
    });
    const next = answers.length > 1 ? answers.shift() : answers[0];
    try {
      return Promise.resolve(next!());
    } catch (error) {
      return Promise.reject(error as Error);
    }
  });
}
const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });
const broken = (): never => {
  throw new TypeError('network');
};

beforeEach(() => {
  asked.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal('document', { cookie: 'a=1; gh_csrf=tok%3D1' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('sending a command', () => {
  it('gives the facts, and sends the CSRF token and a command id', async () => {
    answering(json(200, { accepted: true, seq: 7, facts: [{ type: 'UnitAssigned' }] }));
    expect(await send('dispatch', 'assign-unit', { unit: 'M3' })).toEqual({ kind: 'accepted', seq: 7, facts: [{ type: 'UnitAssigned' }] });
    expect(asked[0]?.url).toBe('/api/v1/dispatch/assign-unit');
    expect(asked[0]?.token).toBe('tok=1');
    expect(asked[0]?.body.command).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
  it('shows a refusal as the answer it is, without another try', async () => {
    answering(json(409, { refused: { rule: 'dispatch.assign.unit_out_of_service', text: 'M8 is out of service.' } }));
    expect(await send('dispatch', 'assign-unit', {})).toEqual({
      kind: 'refused',
      problem: { rule: 'dispatch.assign.unit_out_of_service', text: 'M8 is out of service.' },
    });
    expect(asked).toHaveLength(1);
  });
  it('tries again with the same id through a lost link and an outage', async () => {
    answering(broken, json(503, {}), json(200, { accepted: true, seq: 9, facts: [] }));
    const tries: number[] = [];
    const answer = send('care', 'chart', { value: 1 }, { onRetry: (n) => tries.push(n) });
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await answer).kind).toBe('accepted');
    expect(tries).toEqual([1, 2]);
    expect(new Set(asked.map((a) => a.body.command)).size).toBe(1);
  });
  it('stops when told to', async () => {
    answering(broken);
    const stop = new AbortController();
    const answer = send('care', 'chart', {}, { signal: stop.signal });
    await vi.advanceTimersByTimeAsync(5_000);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect((await answer).kind).toBe('stopped');
  });
  it('tells a session that ended and a field that is wrong apart', async () => {
    answering(json(401, {}));
    expect((await send('a', 'b', {})).kind).toBe('signed_out');
    answering(json(422, { error: { rule: 'input', text: 'Latitude is not a number.', where: 'place.lat' } }));
    expect(await send('a', 'b', {})).toMatchObject({ kind: 'invalid', problem: { where: 'place.lat' } });
  });
});
