/** The durable outbox: commands that wait in IndexedDB until the server has them. Survives reload, crash and lost link. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { newId } from '../ids';
import type { Problem } from '../link/api';
import { trySend, type Answer, type Fields } from '../link/commands';

export interface Entry {
  /** Order of entry on this device. */
  order?: number;
  /** The command's id. */
  id: string;
  user: string;
  part: string;
  name: string;
  fields: Fields;
  /** What a person reads: "Blood pressure 120/80". */
  says: string;
  /** This device's instant in ms. */
  made_at: number;
  tries: number;
  /** Set once the server refused it: it stays, visible, until a person puts it right or takes it out. */
  problem: Problem | null;
}

interface Schema extends DBSchema {
  entry: { key: number; value: Entry; indexes: { id: string } };
}

export class OutboxStore {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  static async open(name = 'golden-hour-outbox'): Promise<OutboxStore> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(made) {
        const entries = made.createObjectStore('entry', { keyPath: 'order', autoIncrement: true });
        entries.createIndex('id', 'id', { unique: true });
      },
    });
    return new OutboxStore(db);
  }

  /** Keep an entry; resolves only when it is on the device's disk. */
  async keep(entry: Omit<Entry, 'order' | 'id' | 'tries' | 'problem'>): Promise<Entry> {
    const kept: Entry = { ...entry, id: newId(), tries: 0, problem: null };
    const change = this.db.transaction('entry', 'readwrite', { durability: 'strict' });
    const order = await change.store.add(kept);
    await change.done;
    return { ...kept, order };
  }

  /** In the order of entry. */
  async all(user: string): Promise<Entry[]> {
    return (await this.db.getAll('entry')).filter((entry) => entry.user === user);
  }

  async put(entry: Entry): Promise<void> {
    await this.db.put('entry', entry);
  }

  async remove(entry: Entry): Promise<void> {
    if (entry.order !== undefined) await this.db.delete('entry', entry.order);
  }

  close(): void {
    this.db.close();
  }
}

export interface Delivery {
  sent: { entry: Entry; answer: Answer }[];
  /** Why it stopped before the end: an outage, or the session ended. */
  stopped: 'outage' | 'signed_out' | null;
}

/**
 * Send what waits, in order. A refusal is kept with its reason and the rest goes on; an outage ends the round.
 * Sending one twice (two tabs, a lost answer) does no harm: the server answers a known command id with its first answer.
 */
export async function deliver(store: OutboxStore, user: string): Promise<Delivery> {
  const sent: Delivery['sent'] = [];
  for (const entry of await store.all(user)) {
    if (entry.problem) continue;
    const answer = await trySend(entry.part, entry.name, entry.fields, entry.id);
    if (answer?.kind === 'accepted') {
      await store.remove(entry);
      sent.push({ entry, answer });
    } else if (answer?.kind === 'refused' || answer?.kind === 'invalid') {
      await store.put({ ...entry, tries: entry.tries + 1, problem: answer.problem });
      sent.push({ entry, answer });
    } else {
      await store.put({ ...entry, tries: entry.tries + 1 });
      return { sent, stopped: answer?.kind === 'signed_out' ? 'signed_out' : 'outage' };
    }
  }
  return { sent, stopped: null };
}
