/** The desk's hand: gives one wish at a time to the server, and keeps what came of it for the command line. */
import { Action } from '../kernel/link/action.svelte';
import type { Answer } from '../kernel/link/commands';
import type { Wish } from './wishes';

export class Hand {
  readonly act = new Action();
  done = $state<string | null>(null);
  undo = $state.raw<readonly Wish[]>([]);

  private before: Promise<unknown> = Promise.resolve();

  /** Gives a wish once the one before has been answered: a fast typist's next line waits, it is never lost. */
  give(wish: Wish, act: Action = this.act): Promise<Answer | null> {
    const given = this.before.then(() => this.giveNow(wish, act));
    this.before = given.catch(() => null);
    return given;
  }

  private async giveNow(wish: Wish, act: Action): Promise<Answer | null> {
    this.act.forget();
    const answer = await act.run(wish.part, wish.name, wish.fields);
    if (answer?.kind === 'accepted') {
      this.done = wish.done;
      this.undo = typeof wish.undo === 'function' ? wish.undo(answer.facts) : (wish.undo ?? []);
    } else if (answer) {
      this.done = null;
      this.undo = [];
    }
    return answer;
  }

  async takeBack(): Promise<void> {
    const undo = this.undo;
    this.undo = [];
    for (const wish of undo) await this.give(wish);
  }
}
