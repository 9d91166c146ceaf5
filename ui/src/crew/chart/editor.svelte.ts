/** Writing into a chart: every change is an entry of the outbox; on a locked chart, part of an addendum. */
import { newId } from '../../kernel/ids';
import { region } from '../../kernel/region.svelte';
import { clock } from '../../kernel/time/clock.svelte';
import { zonedIso } from '../../kernel/time/entry';
import type { CrewDesk } from '../desk.svelte';
import { withElements, withGroup, withoutGroup, type Draft } from './addendum';
import type { ChartStore } from './charts.svelte';
import { RESULTS, resultsWithin } from './custom';
import type { Dictionary } from './dictionary';
import { overlaid, type ChartCommand, type Tree, type Value } from './tree';

export class ChartEditor {
  /** Being put into the outbox: a field says at once what was entered, so that the next touch builds on it. */
  private putting = $state.raw<ChartCommand[]>([]);

  constructor(
    readonly desk: CrewDesk,
    readonly store: ChartStore,
    readonly of: Dictionary,
  ) {}

  readonly tree = $derived.by<Tree>(() => {
    const { tree } = this.store;
    const { draft } = this.store.amending;
    return overlaid(tree, [...this.putting, { name: 'amend-record', fields: { ...draft } }], this.of);
  });
  readonly amending = $derived.by(() => this.store.locked !== null && this.store.amending.on);
  readonly writable = $derived.by(() => this.store.locked === null || this.amending);
  /** Paths entered here that the server does not have yet. */
  readonly waiting = $derived.by(() => {
    const { draft } = this.store.amending;
    const paths = new Set<string>([...draft.entries.map((one) => one.path), ...draft.added.map((one) => `${one.path}[${one.group}]`)]);
    for (const { name, fields } of [...this.store.waiting, ...this.putting]) {
      if (name === 'chart-elements') for (const entry of fields.entries as { path: string }[]) paths.add(entry.path);
      else if (name === 'add-group') paths.add(`${fields.path as string}[${fields.group as string}]`);
    }
    return paths;
  });

  set(path: string, value: Value | null, says: string): void {
    if (this.amending) this.amend((draft) => withElements(draft, [{ path, value }], this.store.tree, this.of));
    else this.give('chart-elements', { entries: [{ path, value }] }, says);
  }

  /** Several elements together: all of them or none. */
  setAll(entries: { path: string; value: Value | null }[], says: string): void {
    const made = entries.map(({ path, value }) => ({ path, value: this.of.element(path.split('/').at(-1) ?? '').m && value !== null && !Array.isArray(value) ? [value] : value }));
    if (this.amending) this.amend((draft) => withElements(draft, made, this.store.tree, this.of));
    else this.give('chart-elements', { entries: made }, says);
  }

  /** Add a repeat; returns its id. */
  add(path: string, content: Tree, says: string): string {
    const group = newId().slice(0, 8);
    if (this.amending) this.amend((draft) => withGroup(draft, { path, group, content }));
    else this.give('add-group', { path, group, content }, says);
    return group;
  }

  /** Take out a repeat, and what the state's own elements said of it. */
  remove(path: string, says: string): void {
    const id = /\[([^\]]+)\]$/.exec(path)?.[1] ?? '';
    const results = resultsWithin(this.tree, id, this.of).map((one) => `${RESULTS}[${String(one.id)}]`);
    for (const one of [...results, path]) {
      if (this.amending) this.amend((draft) => withoutGroup(draft, one));
      else this.give('remove-group', { path: one, reason: 'entered by mistake' }, says);
    }
  }

  private amend(change: (draft: Draft) => Draft): void {
    this.store.amending.draft = change(this.store.amending.draft);
  }

  now(): string {
    return zonedIso(clock.exact(), region.current?.timezone);
  }

  private give(name: string, fields: Record<string, unknown>, says: string): void {
    const command = { name, fields };
    this.putting = [...this.putting, command];
    void this.desk.give('care', name, { record: this.store.record, ...fields }, says).finally(() => {
      this.putting = this.putting.filter((one) => one !== command);
    });
  }
}
