/** Writing into a chart: every change is an entry of the outbox; on a locked chart, a draft of an addendum. */
import { newId } from '../../kernel/ids';
import { region } from '../../kernel/region.svelte';
import { clock } from '../../kernel/time/clock.svelte';
import { zonedIso } from '../../kernel/time/entry';
import type { CrewDesk } from '../desk.svelte';
import type { ChartStore } from './charts.svelte';
import type { Dictionary } from './dictionary';
import { overlaid, type Tree, type Value } from './tree';

export class ChartEditor {
  amending = $state(false);
  drafts = $state.raw<{ path: string; value: Value | null }[]>([]);

  constructor(
    readonly desk: CrewDesk,
    readonly store: ChartStore,
    readonly of: Dictionary,
  ) {}

  readonly tree = $derived.by<Tree>(() => {
    const { tree } = this.store;
    return this.drafts.length > 0 ? overlaid(tree, [{ name: 'chart-elements', fields: { entries: this.drafts } }], this.of) : tree;
  });
  readonly writable = $derived.by(() => this.store.locked === null || this.amending);
  /** Paths entered here that the server does not have yet. */
  readonly waiting = $derived.by(() => {
    const paths = new Set<string>(this.drafts.map((one) => one.path));
    for (const { name, fields } of this.store.waiting) {
      if (name === 'chart-elements') for (const entry of fields.entries as { path: string }[]) paths.add(entry.path);
      else if (name === 'add-group') paths.add(`${fields.path as string}[${fields.group as string}]`);
    }
    return paths;
  });

  set(path: string, value: Value | null, says: string): void {
    if (this.amending) {
      this.drafts = [...this.drafts.filter((one) => one.path !== path), { path, value }];
      return;
    }
    void this.desk.give('care', 'chart-elements', { record: this.store.record, entries: [{ path, value }] }, says);
  }

  /** Several elements together: all of them or none. */
  setAll(entries: { path: string; value: Value | null }[], says: string): void {
    const made = entries.map(({ path, value }) => ({ path, value: this.of.element(path.split('/').at(-1) ?? '').m && value !== null && !Array.isArray(value) ? [value] : value }));
    void this.desk.give('care', 'chart-elements', { record: this.store.record, entries: made }, says);
  }

  /** Add a repeat; returns its id. */
  add(path: string, content: Tree, says: string): string {
    const group = newId().slice(0, 8);
    void this.desk.give('care', 'add-group', { record: this.store.record, path, group, content }, says);
    return group;
  }

  remove(path: string, says: string): void {
    void this.desk.give('care', 'remove-group', { record: this.store.record, path, reason: 'entered by mistake' }, says);
  }

  now(): string {
    return zonedIso(clock.exact(), region.current?.timezone);
  }
}
