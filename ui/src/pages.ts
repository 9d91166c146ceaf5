/** Which page each path opens, and where each role starts. Pages are loaded when first opened. */
import type { Component } from 'svelte';
import type { Theme } from './kernel/look/theme.svelte';

export interface Page {
  path: string;
  title: string;
  /** What one does there, for the start page. */
  says: string;
  /** Whose start page it is, and to whom the start page offers it. */
  roles: readonly string[];
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
    load: asPage(() => import('./calls/CallsPage.svelte')),
  },
  {
    path: '/dispatch',
    title: 'Dispatch',
    says: 'What waits, what moves, who is closest by road, what is uncovered',
    roles: ['dispatcher', 'supervisor', 'medical_director'],
    load: asPage(() => import('./dispatch/DispatchPage.svelte')),
  },
  {
    path: '/map',
    title: 'Map',
    says: 'Units and incidents on the map, for a second screen',
    roles: ['dispatcher', 'supervisor', 'call_taker'],
    load: asPage(() => import('./dispatch/MapPage.svelte')),
  },
  { path: '/timeline/:incident', title: 'Time line', says: '', roles: [], quiet: true, load: asPage(() => import('./timeline/TimelinePage.svelte')) },
  { path: '/sign-in', title: 'Sign in', says: '', roles: [], quiet: true, open: true, load: asPage(() => import('./sign_in/SignInPage.svelte')) },
  { path: '/gallery', title: 'Gallery', says: '', roles: [], quiet: true, open: true, load: asPage(() => import('./gallery/GalleryPage.svelte')) },
];
