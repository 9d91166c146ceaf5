/** The one clock of every screen: the server's time, as a reactive instant that ticks each second of it. */
import { ServerTime } from './server_time';

const time = new ServerTime();
let shown = $state(Math.floor(Date.now() / 1000) * 1000);
let speed = $state(1);
let frozen = false;

export const clock = {
  /** The server's instant in ms, whole seconds; reading it in a component makes it tick. */
  get now(): number {
    return shown;
  },
  /** Server seconds per second of the wall: 1 live, 10 in the demo. */
  get speed(): number {
    return speed;
  },
  /** The server's instant now, not reactive, to the millisecond. */
  exact(): number {
    return frozen ? shown : Math.round(time.at(Date.now()));
  },
  /** The server's instant when this device's clock read `local`. */
  at(local: number): number {
    return Math.round(time.at(local));
  },
  hear(server: number, rate?: number): void {
    time.hear(server, Date.now(), rate);
    speed = time.speed;
    tick();
  },
  /** Stand still at an instant: for a replay and for pictures in tests. */
  freeze(at: number): void {
    frozen = true;
    shown = at;
  },
};

function tick(): void {
  if (frozen) return;
  const second = Math.floor(time.at(Date.now()) / 1000) * 1000;
  if (second !== shown) shown = second;
}

setInterval(tick, 200);
