/** Who is signed in at this screen. */
import { ApiError, end, get, post } from './link/api';
import { live } from './link/live.svelte';

export interface Person {
  id: string;
  name: string;
  role: string;
  agency: string;
  /** For a crew member: the unit signed on to. */
  unit: string | null;
  /** For a hospital: its facility. */
  facility: string | null;
}

export interface Session {
  user: Person;
  /** Made-up people and calls: the top bar says so. */
  exercise: boolean;
  demo: boolean;
  /** Names of the commands and views this role is allowed. */
  commands: string[];
  views: string[];
  queries: string[];
}

/** A one-click sign-in of the demo. */
export interface DemoRole {
  role: string;
  name: string;
  /** What one does in it. */
  words: string;
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
  get user(): Person | null {
    return current?.user ?? null;
  },
  /** Whether this role may give a command, so that what it may not do is not offered. */
  may(command: string): boolean {
    return current?.commands.includes(command) ?? false;
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
    take(await post<Session>('/api/v1/session', { demo_role: role.role }));
    live.again();
  },
  async signOut(): Promise<void> {
    await end('/api/v1/session');
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
}
