/** The desk's hand: gives one wish at a time to the server, and keeps what came of it for the command line. */
import { Action } from '../kernel/link/action.svelte';
import type { Answer } from '../kernel/link/commands';
import type { Wish } from './wishes';

export class Hand {
  readonly act = new Action();
  done = $state<string | null>(null);
  undo = $state.raw<readonly Wish[]>([]);

  async give(wish: Wish, act: Action = this.act): Promise<Answer | null> {
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
