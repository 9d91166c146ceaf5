/** Reading from the server: `GET` with one error shape. */
export interface Problem {
  rule: string;
  text: string;
  where?: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.text);
  }
}

/** What a person is told when the server cannot be reached. */
export const UNREACHABLE: Problem = { rule: 'link.down', text: 'The server does not answer.' };

export function csrfToken(cookies: string = document.cookie): string {
  const found = /(?:^|;\s*)gh_csrf=([^;]*)/.exec(cookies);
  return found?.[1] ? decodeURIComponent(found[1]) : '';
}

/** The problem a non-200 answer carries, or a plain sentence when it carries none. */
export function problemOf(status: number, body: unknown): Problem {
  if (body && typeof body === 'object') {
    const { refused, error } = body as { refused?: Problem; error?: Problem };
    const problem = refused ?? error;
    if (problem && typeof problem.text === 'string') return problem;
  }
  if (status === 401) return { rule: 'session.none', text: 'Sign in again.' };
  if (status === 403) return { rule: 'access.denied', text: 'Your role does not allow this.' };
  if (status === 404) return { rule: 'not_found', text: 'There is no such thing here.' };
  if (status === 429) return { rule: 'rate', text: 'Too many tries. Wait a minute.' };
  return { rule: `http.${status}`, text: `The server answered ${status}.` };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // not ours (a proxy's page): the status says what is known
  }
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, UNREACHABLE);
  }
  const body = await bodyOf(response);
  if (!response.ok) throw new ApiError(response.status, problemOf(response.status, body));
  return body;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, { headers: { Accept: 'application/json' }, signal })) as T;
}

export async function end(path: string): Promise<void> {
  await ask(path, { method: 'DELETE', headers: { Accept: 'application/json', 'X-CSRF-Token': csrfToken() } });
}

/** For the session and for questions too long for an address; what changes the world goes through `commands.ts`. */
export async function post<T>(path: string, fields: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': csrfToken() };
  return (await ask(path, { method: 'POST', headers, body: JSON.stringify(fields) })) as T;
}
