/** One control's command: whether it is under way, and the refusal to show beside it. */
import type { Problem } from './api';
import { send, type Answer, type Fields } from './commands';
import { live } from './live.svelte';
import { go } from '../router.svelte';

const SLOW_MS = 300;

export class Action {
  busy = $state(false);
  /** Under way long enough to say so. */
  slow = $state(false);
  /** The server could not be reached and the same command is being sent again. */
  retrying = $state(false);
  problem = $state<Problem | null>(null);
  private stopper: AbortController | null = null;

  /** Send; a second press while one is under way does nothing. Resolves with the answer, or null if it was ignored. */
  async run(part: string, name: string, fields: Fields): Promise<Answer | null> {
    if (this.busy) return null;
    this.busy = true;
    this.problem = null;
    this.stopper = new AbortController();
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      const answer = await send(part, name, fields, { signal: this.stopper.signal, onRetry: () => (this.retrying = true) });
      if (answer.kind === 'refused' || answer.kind === 'invalid' || answer.kind === 'signed_out') this.problem = answer.problem;
      if (answer.kind === 'signed_out') {
        live.again();
        go(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
      }
      return answer;
    } finally {
      clearTimeout(slow);
      this.busy = this.slow = this.retrying = false;
    }
  }

  /** Give up a command that cannot get through. */
  stop(): void {
    this.stopper?.abort();
  }

  forget(): void {
    this.problem = null;
  }
}
