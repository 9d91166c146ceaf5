/** The outbox of this device as components see it: what waits, what was refused, and whether all is sent. */
import { deliver, OutboxStore, type Entry } from './outbox_store';
import type { Answer, Fields } from '../link/commands';

const LONGEST_WAIT_MS = 10_000;

class Outbox {
  /** What is not with the server yet, oldest first; refused entries carry their `problem`. */
  entries = $state<Entry[]>([]);
  /** Until the device's store was read, nobody may say "all sent". */
  ready = $state(false);
  signedOut = $state(false);
  /** Set when the device cannot keep entries (private window, disk full): say so, and do not pretend. */
  broken = $state<string | null>(null);
  readonly waiting = $derived(this.entries.filter((entry) => !entry.problem));
  readonly refused = $derived(this.entries.filter((entry) => entry.problem));

  private store: OutboxStore | null = null;
  private user = '';
  private round: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private misses = 0;
  private readonly listeners = new Set<(entry: Entry, answer: Answer) => void>();

  /** Open this person's outbox and send what a reload or a dead zone left in it. */
  async open(user: string): Promise<void> {
    this.user = user;
    try {
      this.store ??= await OutboxStore.open();
      this.entries = await this.store.all(user);
      this.ready = true;
    } catch (error) {
      this.broken = error instanceof Error ? error.message : String(error);
      return;
    }
    addEventListener('online', () => this.flush());
    addEventListener('visibilitychange', () => this.flush());
    this.flush();
  }

  /** Keep a command on this device and send it as soon as it can go. Rejects if the device cannot keep it. */
  async add(part: string, name: string, fields: Fields, says: string): Promise<Entry> {
    if (!this.store) throw new Error(this.broken ?? 'the outbox is not open');
    // A page's reactive lists cannot be stored; what they hold now can.
    const held = $state.snapshot(fields) as Fields;
    const entry = await this.store.keep({ user: this.user, part, name, fields: held, says, made_at: Date.now() });
    this.entries = [...this.entries, entry];
    this.flush();
    return entry;
  }

  /** Take out an entry the server refused. */
  async drop(entry: Entry): Promise<void> {
    await this.store?.remove(entry);
    this.entries = this.entries.filter((other) => other.id !== entry.id);
  }

  /** Hear each answer as it comes; returns how to stop. */
  onAnswer(listener: (entry: Entry, answer: Answer) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.round ??= this.send().finally(() => (this.round = null));
  }

  private async send(): Promise<void> {
    if (!this.store) return;
    for (;;) {
      const { sent, stopped } = await deliver(this.store, this.user);
      this.entries = await this.store.all(this.user);
      for (const { entry, answer } of sent) for (const listener of this.listeners) listener(entry, answer);
      this.signedOut = stopped === 'signed_out';
      if (stopped) {
        this.misses += 1;
        const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.misses);
        this.timer = setTimeout(() => this.flush(), wait * (0.5 + Math.random() / 2));
        return;
      }
      this.misses = 0;
      if (this.waiting.length === 0) return; // what was added meanwhile goes in another round
    }
  }
}

export const outbox = new Outbox();
