/** Keys of the open page: each works anywhere outside a text field, and is listed in `?`. */
import { onDestroy } from 'svelte';

export interface Key {
  /** As `event.key` says it (`a`, `Enter`, `F2`), with `Ctrl-` or `Alt-` before it. */
  key: string;
  says: string;
  run?: (event: KeyboardEvent) => void;
  /** Works while typing too (function keys, Ctrl). */
  always?: boolean;
}

export interface KeyGroup {
  title: string;
  keys: readonly Key[];
}

/** Kept apart from what is shown: while a component is torn down, reactive state reads as it was before. */
let registered: KeyGroup[] = [];
let groups = $state.raw<readonly KeyGroup[]>([]);
let helpOpen = $state(false);

export const keys = {
  get groups(): readonly KeyGroup[] {
    return groups;
  },
  get helpOpen(): boolean {
    return helpOpen;
  },
  toggleHelp(open = !helpOpen): void {
    helpOpen = open;
  },
  /** Register keys for as long as the calling component is shown. */
  use(title: string, list: readonly Key[]): void {
    const group: KeyGroup = { title, keys: list };
    registered = [...registered, group];
    groups = registered;
    onDestroy(() => {
      registered = registered.filter((other) => other !== group);
      groups = registered;
    });
  },
};

function nameOf(event: KeyboardEvent): string {
  const before = `${event.ctrlKey || event.metaKey ? 'Ctrl-' : ''}${event.altKey ? 'Alt-' : ''}`;
  return before + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const typing = isTyping(event.target);
    const name = nameOf(event);
    if (name === '?' && !typing) {
      helpOpen = !helpOpen;
      event.preventDefault();
      return;
    }
    if (name === 'Escape' && helpOpen) {
      helpOpen = false;
      event.preventDefault();
      return;
    }
    // Enter and Space belong to the control that has the focus.
    const control = event.target instanceof HTMLElement && event.target.closest('button, a, summary, [role="option"]');
    if (control && (name === 'Enter' || name === ' ')) return;
    // The newest page or panel wins.
    for (const group of [...registered].reverse()) {
      for (const key of group.keys) {
        if (!key.run || key.key !== name || (typing && !key.always)) continue;
        event.preventDefault();
        key.run(event);
        return;
      }
    }
  });
}
