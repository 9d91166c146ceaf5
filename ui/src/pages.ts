/** Which page each path opens, and where each role starts. Pages are loaded when first opened. */
import type { Component } from 'svelte';
import type { Person } from './kernel/session.svelte';
import type { Theme } from './kernel/look/theme.svelte';

export interface Page {
  path: string;
  title: string;
  /** What one does there, for the start page. */
  says: string;
  /** Whose start page it is, and to whom the start page offers it. */
  roles: readonly string[];
  /** The live views it needs; it is not offered to a role that may not see them. */
  views?: readonly string[];
  /** Whom it serves: it is offered to nobody else. */
  serves?: (user: Person) => boolean;
  /** A command without which it is of no use. */
  command?: string;
  /** The question it asks; it is not offered to a role that may not. */
  query?: string;
  theme?: Theme;
  /** Not offered on the start page. */
  quiet?: boolean;
  /** Open to people who are not signed in. */
  open?: boolean;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
}

const asPage = (load: () => Promise<{ default: unknown }>): Page['load'] => load as Page['load'];

export const PAGES: readonly Page[] = [
  { path: '/', title: 'Start', says: '', roles: [], quiet: true, load: asPage(() => import('./start/StartPage.svelte')) },
  {
    path: '/calls',
    title: 'Calls',
    says: 'Take a call: where, what, awake and breathing, help on its way',
    roles: ['call_taker'],
    views: ['calls', 'incidents', 'units', 'positions'],
    command: 'AnswerCall',
    load: asPage(() => import('./calls/CallsPage.svelte')),
  },
  {
    path: '/dispatch',
    title: 'Dispatch',
    says: 'What waits, what moves, who is closest by road, what is uncovered',
    roles: ['dispatcher', 'supervisor', 'medical_director'],
    views: ['calls', 'incidents', 'units', 'positions', 'facilities', 'desk'],
    load: asPage(() => import('./dispatch/DispatchPage.svelte')),
  },
  {
    path: '/map',
    title: 'Map',
    says: 'Units and incidents on the map, for a second screen',
    roles: ['dispatcher', 'supervisor'],
    views: ['calls', 'incidents', 'units', 'positions', 'facilities', 'desk'],
    load: asPage(() => import('./dispatch/MapPage.svelte')),
  },
  {
    path: '/crew',
    title: 'Crew',
    says: 'Your assignment: where, what, the next status, the chart, the hand-over',
    roles: ['crew'],
    serves: (user) => user.unit !== null,
    theme: 'light',
    load: asPage(() => import('./crew/CrewPage.svelte')),
  },
  {
    path: '/hospital',
    title: 'Hospital',
    says: 'Who is on the way, who waits to be taken over, and whether you are open',
    roles: ['hospital'],
    serves: (user) => user.facility !== null,
    load: asPage(() => import('./hospital/HospitalPage.svelte')),
  },
  {
    path: '/dictionary',
    title: 'Dictionary',
    says: 'Every element of the patient care record: codes, ranges, what is required',
    roles: [],
    theme: 'light',
    load: asPage(() => import('./dictionary/DictionaryPage.svelte')),
  },
  {
    path: '/timeline',
    title: 'Time lines',
    says: 'What happened, who did what when: of every incident, open or closed',
    roles: ['supervisor', 'medical_director'],
    views: ['incidents'],
    load: asPage(() => import('./timeline/RecentPage.svelte')),
  },
  {
    path: '/planning',
    title: 'Planning',
    says: 'What if this post moved: demand, cover by hour, and the difference a plan makes',
    roles: ['planner', 'supervisor'],
    query: 'planning',
    load: asPage(() => import('./planning/PlanningPage.svelte')),
  },
  { path: '/timeline/:incident', title: 'Time line', says: '', roles: [], quiet: true, load: asPage(() => import('./timeline/TimelinePage.svelte')) },
  { path: '/sign-in', title: 'Sign in', says: '', roles: [], quiet: true, open: true, load: asPage(() => import('./sign_in/SignInPage.svelte')) },
  { path: '/gallery', title: 'Gallery', says: '', roles: [], quiet: true, open: true, load: asPage(() => import('./gallery/GalleryPage.svelte')) },
];
