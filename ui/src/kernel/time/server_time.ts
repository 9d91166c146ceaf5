/**
 * What the server's clock says, estimated from the instants it sends.
 *
 * An exercise or the demo runs faster than the wall (x10), a device's own clock may be wrong, and a laptop sleeps.
 * So the server's time is a line through what was heard: `server = anchor + rate * (local - anchor)`.
 */
interface Heard {
  local: number;
  server: number;
}

/** Samples closer together than this say nothing sure about the rate. */
const RATE_SPAN_MS = 4_000;
/** A sample this far (in wall ms) from the line means a clock was set or the machine slept: start anew. */
const JUMP_MS = 3_000;
const KEEP = 12;

export class ServerTime {
  private heard: Heard[] = [];
  private rate = 1;
  private told = false;

  /** Take in an instant of the server (ms), heard at `local` (ms of this device), with the rate if the server states it. */
  hear(server: number, local: number, rate?: number): void {
    if (rate !== undefined && rate > 0) {
      if (rate !== this.rate) this.heard = [];
      this.rate = rate;
      this.told = true;
    }
    const last = this.heard.at(-1);
    if (last && local < last.local) this.heard = [];
    else if (last && this.heard.length > 1) {
      const off = Math.abs(server - this.at(local)) / Math.max(this.rate, 1);
      if (off > JUMP_MS) this.heard = [];
    }
    this.heard.push({ local, server });
    if (this.heard.length > KEEP) this.heard.shift();
    if (!this.told) this.rate = this.measuredRate();
  }

  /** The server's time (ms) at this device's `local` instant; the device's own time until the server was heard. */
  at(local: number): number {
    // The sample that travelled fastest shows the latest server time for its local time.
    let best = -Infinity;
    for (const sample of this.heard) best = Math.max(best, sample.server + this.rate * (local - sample.local));
    return best === -Infinity ? local : best;
  }

  get speed(): number {
    return this.rate;
  }

  private measuredRate(): number {
    const first = this.heard[0];
    const last = this.heard.at(-1);
    if (!first || !last || last.local - first.local < RATE_SPAN_MS) return this.rate;
    const measured = (last.server - first.server) / (last.local - first.local);
    if (measured <= 0) return 0;
    const whole = Math.round(measured);
    return whole >= 1 && Math.abs(measured - whole) / whole < 0.05 ? whole : measured;
  }
}
