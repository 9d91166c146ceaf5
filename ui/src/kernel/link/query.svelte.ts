/** A question to the server that is asked again when what it depends on changes; the last answer stays meanwhile.
 * A screen may ask about a thing in the moment it ends: the server then answers null, which is no fault. */
import { ApiError, get, type Problem } from './api';

export class Query<T> {
  answer = $state.raw<T | null>(null);
  problem = $state<Problem | null>(null);
  /** The path the answer belongs to. */
  of = $state<string | null>(null);
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Ask; null forgets. `settle_ms` waits for typing to pause. Another question cuts an unanswered one short. */
  ask(path: string | null, settle_ms = 0): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (path === null) {
      this.answer = null;
      this.problem = null;
      this.of = null;
      return;
    }
    this.timer = setTimeout(() => void this.fetch(path), settle_ms);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private async fetch(path: string): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await get<T | null>(path, asking.signal);
      if (asking.signal.aborted) return;
      this.answer = answer;
      this.of = path;
      this.problem = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.problem;
      if (this.of !== path) {
        this.answer = null;
        this.of = path;
      }
    }
  }
}
