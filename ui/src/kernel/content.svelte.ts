/** What people choose from: complaints, outcomes, reasons, agencies. Content of the agency, not words of the program. */
import { get } from './link/api';

export interface Complaint {
  id: string;
  name: string;
  default_level: number;
  family: string;
  words?: string[];
}

export interface Content {
  version: string | number;
  complaints: Complaint[];
  outcomes: string[];
  /** `flies`: it comes by air; `declines`: why it may have to say no. */
  agencies: { id: string; name: string; wants: string[]; flies?: boolean; declines?: string[] }[];
  services: string[];
  alerts: { id: string; name: string }[];
  cancel_reasons: string[];
  out_of_service_reasons: string[];
}

const NOTHING: Content = {
  version: '', complaints: [], outcomes: [], agencies: [], services: [], alerts: [], cancel_reasons: [], out_of_service_reasons: [],
};
let current = $state.raw<Content>(NOTHING);
let asked: Promise<void> | null = null;

export const content = {
  get current(): Content {
    if (!asked) asked = load();
    return current;
  },
  pretend(shown: Content): void {
    asked = Promise.resolve();
    current = shown;
  },
};

async function load(): Promise<void> {
  try {
    current = await get<Content>('/api/v1/content');
  } catch {
    // Asked again at the next look; meanwhile the choices are empty, and the typed forms still work.
    await new Promise((done) => setTimeout(done, 2_000));
    asked = null;
  }
}
