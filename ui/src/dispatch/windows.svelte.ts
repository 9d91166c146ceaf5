/** The dispatch page and its map in another window choose together. */
import type { Chosen } from './board.svelte';

type Said = { type: 'chosen'; chosen: Chosen } | { type: 'map' } | { type: 'map_closed' } | { type: 'who' };

export class Windows {
  /** Whether a map window is open beside this one. */
  mapOpen = $state(false);
  private readonly channel = new BroadcastChannel('golden-hour-dispatch');

  constructor(
    private readonly isMap: boolean,
    private readonly onchosen: (chosen: Chosen) => void,
  ) {
    this.channel.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.type === 'chosen') this.onchosen(data.chosen);
      else if (data.type === 'map') this.mapOpen = true;
      else if (data.type === 'map_closed') this.mapOpen = false;
      else if (this.isMap) this.say({ type: 'map' });
    };
    this.say(isMap ? { type: 'map' } : { type: 'who' });
    if (isMap) addEventListener('pagehide', this.leave);
  }

  chosen(chosen: Chosen): void {
    this.say({ type: 'chosen', chosen });
  }

  close(): void {
    if (this.isMap) {
      removeEventListener('pagehide', this.leave);
      this.leave();
    }
    this.channel.close();
  }

  private readonly leave = (): void => this.say({ type: 'map_closed' });

  private say(said: Said): void {
    this.channel.postMessage(said);
  }
}
