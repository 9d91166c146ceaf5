/** Who is signed in at this screen. */
import { ApiError, get, post } from './api';
import { live } from './live.svelte';
import { useTimeZone } from './time_words';

export interface Session {
  user: string;
  /** The person's name as shown. */
  name: string;
  roles: string[];
  agency: string;
  agency_name?: string;
  /** The place in the top bar. */
  place?: string;
  /** IANA zone in which every time is shown. */
  time_zone?: string;
  /** True in the demo and in exercises: the top bar says so. */
  exercise?: boolean;
  /** For a crew member: the unit signed on to; for a hospital: its facility. */
  unit?: string | null;
  facility?: string | null;
  desk?: string | null;
}

/** A one-click sign-in of the demo. */
export interface DemoRole {
  role: string;
  user: string;
  name: string;
  says?: string;
}

let current = $state<Session | null>(null);
let known = $state(false);

export const session = {
  get current(): Session | null {
    return current;
  },
  /** Whether the server was asked already. */
  get known(): boolean {
    return known;
  },
  has(role: string): boolean {
    return current?.roles.includes(role) ?? false;
  },
  /** Ask who is signed in; null when nobody is. Throws `ApiError` when the server does not answer. */
  async load(): Promise<Session | null> {
    try {
      take(await get<Session>('/api/v1/session'));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      take(null);
    }
    return current;
  },
  async signIn(user: string, password: string): Promise<void> {
    take(await post<Session>('/api/v1/session', { user, password }));
    live.again();
  },
  async signInAs(role: DemoRole): Promise<void> {
    take(await post<Session>('/api/v1/session/demo', { user: role.user }));
    live.again();
  },
  async signOut(): Promise<void> {
    await post('/api/v1/session/end', {});
    take(null);
  },
  /** Show a screen as if this person were signed in: galleries and tests. */
  pretend(person: Session): void {
    take(person);
  },
};

function take(person: Session | null): void {
  current = person;
  known = true;
  useTimeZone(person?.time_zone);
}
