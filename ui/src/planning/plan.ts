/** A plan as the page changes it: every unit, the posts that are new or moved, the policy. Functions give a new plan. */
import type { LonLat } from '../map/things';

export interface PlannedPost {
  name: string;
  lon: number;
  lat: number;
}
export interface PlannedUnit {
  name: string;
  home: string;
  kind: string;
  /** Daily hours, "07:00" to "19:00"; empty is always. */
  start: string;
  end: string;
}
export interface Plan {
  name: string;
  posts: PlannedPost[];
  units: PlannedUnit[];
  policy: string;
  q: number;
  calls_per_day: number | null;
}
export interface PostOnMap extends PlannedPost {
  units: string[];
  on_duty: number[];
}

export const POLICY_WORDS: Record<string, string> = {
  closest: 'Closest available unit',
  redispatch: 'Closest, and divert to the more urgent',
  dmexclp: 'Divert, and freed units fill gaps in cover',
  swap: 'Divert, and a nearer freed unit takes over',
  moveup: 'Freed and waiting units fill gaps in cover',
};
export const KIND_WORDS: Record<string, string> = { als: 'ALS', bls: 'BLS', first_responder: 'first responder', supervisor: 'supervisor' };
/** In a row of the roster, as the dispatchers' lists say it. */
export const KIND_SHORT: Record<string, string> = { als: 'ALS', bls: 'BLS', first_responder: 'FR', supervisor: 'SUP' };
/** Only these policies use q. */
export const usesQ = (policy: string): boolean => policy === 'dmexclp' || policy === 'moveup';

/** Posts where the plan has them: those that are there, moved ones in their new place, new ones last. */
export function postsOf(plan: Plan, present: readonly PlannedPost[]): PlannedPost[] {
  const said = new Map(plan.posts.map((post) => [post.name, post]));
  const there = present.map(({ name, lon, lat }) => said.get(name) ?? { name, lon, lat });
  return [...there, ...plan.posts.filter((post) => !present.some((one) => one.name === post.name))];
}

export function placePost(plan: Plan, name: string, [lon, lat]: LonLat): Plan {
  return { ...plan, posts: [...plan.posts.filter((post) => post.name !== name), { name, lon, lat }] };
}

/** Back where it was; a post that is new goes away when nobody is based there. */
export function restorePost(plan: Plan, name: string, present: readonly PlannedPost[]): Plan {
  const isNew = !present.some((post) => post.name === name);
  if (isNew && plan.units.some((unit) => unit.home === name)) return plan;
  return { ...plan, posts: plan.posts.filter((post) => post.name !== name) };
}

/** The first of "A1", "A2", … that no unit of either plan has, so that an added unit never takes the place of a removed one. */
export function addUnit(plan: Plan, home: string, kind: string, taken: readonly PlannedUnit[]): Plan {
  const names = new Set([...plan.units, ...taken].map((unit) => unit.name));
  let number = 1;
  while (names.has(`A${number}`)) number += 1;
  return { ...plan, units: [...plan.units, { name: `A${number}`, home, kind, start: '', end: '' }] };
}

export function removeUnit(plan: Plan, name: string): Plan {
  return { ...plan, units: plan.units.filter((unit) => unit.name !== name) };
}

export function changeUnit(plan: Plan, name: string, change: Partial<PlannedUnit>): Plan {
  return { ...plan, units: plan.units.map((unit) => (unit.name === name ? { ...unit, ...change } : unit)) };
}

/** The plan with these units at their new homes; a unit that has left the plan meanwhile stays away. */
export function takeHomes(plan: Plan, moved: readonly { unit: string; home: string }[]): Plan {
  return moved.reduce((next, one) => changeUnit(next, one.unit, { home: one.home }), plan);
}

/** What is changed, in words; empty when nothing is. */
export function changes(plan: Plan, present: Plan, posts: readonly PlannedPost[]): string[] {
  const found = plan.posts.map((post) => (posts.some((one) => one.name === post.name) ? `${post.name} moved` : `new post ${post.name}`));
  const was = new Map(present.units.map((unit) => [unit.name, unit]));
  for (const unit of plan.units) {
    const before = was.get(unit.name);
    if (!before) found.push(`${unit.name} (${KIND_WORDS[unit.kind] ?? unit.kind}) added at ${unit.home}`);
    else {
      if (before.home !== unit.home) found.push(`${unit.name} to ${unit.home}`);
      if (before.kind !== unit.kind) found.push(`${unit.name} as ${KIND_WORDS[unit.kind] ?? unit.kind}`);
      if (before.start !== unit.start || before.end !== unit.end) found.push(`${unit.name} on duty ${unit.start ? `${unit.start} to ${unit.end}` : 'always'}`);
    }
    was.delete(unit.name);
  }
  for (const name of was.keys()) found.push(`${name} removed`);
  if (plan.policy !== present.policy) found.push(`policy ${plan.policy}`);
  if (usesQ(plan.policy) && (plan.q !== present.q || plan.policy !== present.policy)) found.push(`q ${plan.q}`);
  if (plan.calls_per_day !== present.calls_per_day && plan.calls_per_day != null) found.push(`${plan.calls_per_day} calls a day`);
  return found;
}
