/** One short sound for each new alarm, if the person at this screen wants it. The alarm itself stays on the screen. */
const KEY = 'gh-alarm-sound';
const LENGTH_S = 0.35;
const TONE_HZ = 740;

let on = $state(read());
let heard = new Set<string>();
let started = false;
let audio: AudioContext | null = null;

function read(): boolean {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false; // storage is blocked: silent until asked
  }
}

export const alarmSound = {
  get on(): boolean {
    return on;
  },
  toggle(): void {
    on = !on;
    try {
      localStorage.setItem(KEY, on ? 'on' : 'off');
    } catch {
      // storage is blocked: the choice lasts for this page only
    }
    if (on) sound();
  },
  /** The alarms that stand now; those not heard before sound once, together. What stood at the start is silent. */
  hear(alarms: readonly string[]): void {
    const fresh = alarms.some((name) => !heard.has(name));
    heard = new Set(alarms);
    if (fresh && started && on) sound();
    started = true;
  },
};

function sound(): void {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const now = audio.currentTime;
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(0, now);
  volume.gain.linearRampToValueAtTime(0.2, now + 0.02);
  volume.gain.linearRampToValueAtTime(0, now + LENGTH_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(now);
  tone.stop(now + LENGTH_S);
}
