/** Sending a command: repeat-safe, retried with the same id while the link or the server is down. */
import { csrfToken, problemOf, type Problem } from './api';
import { newId } from '../ids';

export interface Fact {
  type: string;
  [field: string]: unknown;
}

export type Answer =
  | { kind: 'accepted'; seq: number; facts: Fact[] }
  | { kind: 'refused'; problem: Problem }
  | { kind: 'invalid'; problem: Problem }
  | { kind: 'signed_out'; problem: Problem }
  | { kind: 'stopped' };

export type Fields = Record<string, unknown>;

export interface SendOptions {
  /** The command's id when it was minted earlier (an outbox entry); else a new one. */
  id?: string;
  /** Stop trying. The command may have arrived: what the server has is on the screens. */
  signal?: AbortSignal;
  /** Called before each wait for another try. */
  onRetry?: (tries: number) => void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;
const PATIENCE_MS = 15_000;

/** One try. Null means outage: nothing is known, the same command may be sent again. */
export async function trySend(part: string, name: string, fields: Fields, id: string, signal?: AbortSignal): Promise<Answer | null> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`/api/v1/${part}/${name}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrfToken() },
      body: JSON.stringify({ ...fields, command: id }),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    body = await response.json().catch(() => null);
  } catch {
    return signal?.aborted ? { kind: 'stopped' } : null;
  }
  const accepted = body as { accepted?: boolean; seq: number; facts?: Fact[] } | null;
  if (response.ok && accepted?.accepted) return { kind: 'accepted', seq: accepted.seq, facts: accepted.facts ?? [] };
  if (response.ok || response.status >= 500) return null;
  const problem = problemOf(response.status, body);
  if (response.status === 401) return { kind: 'signed_out', problem };
  if (response.status === 409 || response.status === 403) return { kind: 'refused', problem };
  if (response.status === 429 || response.status === 408) return null;
  return { kind: 'invalid', problem };
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      signal?.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    globalThis.addEventListener?.('online', end);
    signal?.addEventListener('abort', end);
  });
}

/** Send until there is an answer. */
export async function send(part: string, name: string, fields: Fields, options: SendOptions = {}): Promise<Answer> {
  const id = options.id ?? newId();
  for (let tries = 1; ; tries += 1) {
    const answer = await trySend(part, name, fields, id, options.signal);
    if (answer) return answer;
    options.onRetry?.(tries);
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    await wait(longest * (0.5 + Math.random() / 2), options.signal);
    if (options.signal?.aborted) return { kind: 'stopped' };
  }
}
