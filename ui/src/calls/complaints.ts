/** The complaint list narrowing as one types: by name, by the words people use, by any part of them. */
import type { Complaint } from '../kernel/content.svelte';

const plain = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/[^\p{L}\p{N} ]/gu, '');

/** Complaints that fit what was typed, best first; all of them for nothing typed. Every typed word must fit somewhere. */
export function fitting(typed: string, complaints: readonly Complaint[]): Complaint[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...complaints];
  const scored: { complaint: Complaint; score: number }[] = [];
  for (const complaint of complaints) {
    const name = plain(complaint.name).split(/\s+/);
    const also = (complaint.words ?? []).flatMap((each) => plain(each).split(/\s+/));
    let score = 0;
    for (const word of words) {
      const best = name[0]?.startsWith(word) ? 4 : name.some((each) => each.startsWith(word)) ? 3 : also.some((each) => each.startsWith(word)) ? 2 : [...name, ...also].some((each) => each.includes(word)) ? 1 : 0;
      if (best === 0) {
        score = 0;
        break;
      }
      score += best;
    }
    if (score > 0) scored.push({ complaint, score });
  }
  return scored.sort((a, b) => b.score - a.score || a.complaint.name.localeCompare(b.complaint.name)).map(({ complaint }) => complaint);
}
