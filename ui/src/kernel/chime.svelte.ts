/** One tone when something new waits, if the desk wants it. Off until somebody turns it on: browsers allow no sound before. */
export class Chime {
  on = $state(false);
  private known: Set<string> | null = null;
  private audio: AudioContext | null = null;

  /** `key` is where this device keeps the choice. */
  constructor(private readonly key: string) {
    this.on = localStorage.getItem(key) === 'on';
  }

  toggle(): void {
    this.on = !this.on;
    localStorage.setItem(this.key, this.on ? 'on' : 'off');
    if (this.on) this.sound();
  }

  /** What waits now; null while they are not known. What is there at first makes no sound. */
  hear(waiting: readonly string[] | null): void {
    if (waiting === null) return;
    const fresh = this.known !== null && waiting.some((id) => !this.known?.has(id));
    this.known = new Set(waiting);
    if (fresh && this.on) this.sound();
  }

  private sound(): void {
    this.audio ??= new AudioContext();
    const { audio } = this;
    for (const [start, pitch] of [[0, 660], [0.22, 880]] as const) {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, audio.currentTime + start);
      loud.gain.exponentialRampToValueAtTime(0.25, audio.currentTime + start + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + start + 0.2);
      tone.connect(loud).connect(audio.destination);
      tone.start(audio.currentTime + start);
      tone.stop(audio.currentTime + start + 0.22);
    }
  }
}
