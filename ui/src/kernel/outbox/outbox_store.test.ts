import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deliver, OutboxStore } from './outbox_store';

let store: OutboxStore;
let name = 0;
const sent: Record<string, unknown>[] = [];
let answer: (body: Record<string, unknown>) => Response;
const chart = (value: number, user = 'rivera') => ({
  user, part: 'care', name: 'chart-element', fields: { value }, says: `pulse ${value}`, made_at: value,
});
const accepted = () => new Response(JSON.stringify({ accepted: true, seq: 1, facts: [] }));

beforeEach(async () => {
  store = await OutboxStore.open(`test-${(name += 1)}`);
  sent.length = 0;
  answer = accepted;
  vi.stubGlobal('document', { cookie: '' });
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Record<string, unknown>;
    const response = answer(body);
    sent.push(body);
    return response;
  });
});
afterEach(() => {
  store.close();
  vi.unstubAllGlobals();
});

it('keeps entries through a lost link and sends them in order, once each, with their first ids', async () => {
  const kept = [await store.keep(chart(1)), await store.keep(chart(2)), await store.keep(chart(3))];
  answer = () => {
    throw new TypeError('network');
  };
  expect((await deliver(store, 'rivera')).stopped).toBe('outage');
  store.close();
  store = await OutboxStore.open(`test-${name}`); // a reload
  answer = accepted;
  expect((await deliver(store, 'rivera')).stopped).toBeNull();
  expect(sent.map((body) => body.command)).toEqual(kept.map((entry) => entry.id));
  expect(await store.all('rivera')).toEqual([]);
});

it('keeps a refused entry with its reason and sends the rest', async () => {
  for (const value of [1, 2, 3]) await store.keep(chart(value));
  const refusal = { rule: 'care.locked', text: 'The record is locked.' };
  answer = (body) => (body.value === 2 ? new Response(JSON.stringify({ refused: refusal }), { status: 409 }) : accepted());
  await deliver(store, 'rivera');
  expect((await store.all('rivera')).map((entry) => [entry.fields.value, entry.problem])).toEqual([[2, refusal]]);
  sent.length = 0;
  await deliver(store, 'rivera');
  expect(sent).toEqual([]);
});

it('never sends one person’s entries as another', async () => {
  await store.keep(chart(1, 'rivera'));
  await deliver(store, 'okafor');
  expect(sent).toEqual([]);
  expect(await store.all('rivera')).toHaveLength(1);
});

it('stops, keeping everything, when the session ended', async () => {
  await store.keep(chart(1));
  answer = () => new Response('{}', { status: 401 });
  expect((await deliver(store, 'rivera')).stopped).toBe('signed_out');
  expect(await store.all('rivera')).toHaveLength(1);
});
