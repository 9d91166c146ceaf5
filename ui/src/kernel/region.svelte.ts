/** The region this installation serves: its name, map frame, places and time zone. */
import { get } from './link/api';
import { useTimeZone } from './time/time_words';

export interface RegionPlace {
  id: string;
  name: string;
  lon: number;
  lat: number;
}

export interface Region {
  name: string;
  /** west, south, east, north */
  bbox: [number, number, number, number] | null;
  centre?: [number, number];
  /** IANA zone in which every time is shown. */
  timezone?: string;
  attribution?: string;
  measures?: 'metric' | 'imperial';
  posts: RegionPlace[];
  hospitals: RegionPlace[];
  stations: RegionPlace[];
}

let current = $state.raw<Region | null>(null);

export const region = {
  get current(): Region | null {
    return current;
  },
  /** Ask once; a page that needs the frame of the map waits for it. */
  async load(): Promise<Region> {
    if (!current) this.pretend(await get<Region>('/api/v1/region'));
    return current!;
  },
  /** Show this region: galleries and tests. */
  pretend(shown: Region): void {
    current = shown;
    useTimeZone(shown.timezone || undefined);
  },
};
