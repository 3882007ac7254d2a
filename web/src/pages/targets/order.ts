import type { Target } from '../../api/prometheus';

// Scrape targets as somebody wants to read them: those that fail first.

/** A target that is up and still has an error lost samples: they were refused, by a limit for instance. */
export type TargetState = 'down' | 'losing' | 'unknown' | 'up';
export const stateOf = (target: Target): TargetState => (target.health === 'up' && target.lastError !== '' ? 'losing' : target.health);

const RANK: Record<TargetState, number> = { down: 0, losing: 1, unknown: 2, up: 3 };

export interface TargetCounts { total: number; up: number; losing: number; down: number; unknown: number }

export function countTargets(targets: readonly Target[]): TargetCounts {
  const counts = { total: targets.length, up: 0, losing: 0, down: 0, unknown: 0 };
  for (const target of targets) counts[stateOf(target)]++;
  return counts;
}

/** Failing first, then those that lose samples, then those not scraped yet; within them by job and address. */
export const orderTargets = (targets: readonly Target[]): Target[] =>
  [...targets].sort((a, b) => RANK[stateOf(a)] - RANK[stateOf(b)] || compare(a.scrapePool, b.scrapePool) || compare(a.scrapeUrl, b.scrapeUrl));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Targets whose job, address, error or labels hold the text. */
export function filterTargets(targets: readonly Target[], text: string, onlyDown: boolean): Target[] {
  const wanted = text.trim().toLowerCase();
  return targets.filter((target) => (!onlyDown || stateOf(target) !== 'up') && (wanted === '' || [target.scrapePool, target.scrapeUrl, target.lastError, ...Object.entries(target.labels).map(([name, value]) => `${name}=${value}`)].some((part) => part.toLowerCase().includes(wanted))));
}

export interface Pool { name: string; counts: TargetCounts }

/** The jobs, those with most failing targets first. */
export function poolsOf(targets: readonly Target[]): Pool[] {
  const pools = new Map<string, Target[]>();
  for (const target of targets) pools.set(target.scrapePool, [...(pools.get(target.scrapePool) ?? []), target]);
  return [...pools].map(([name, members]) => ({ name, counts: countTargets(members) })).sort((a, b) => b.counts.down - a.counts.down || compare(a.name, b.name));
}

/** ms of the last scrape; null before the first, which Go writes as the year 1. */
export function scrapedMs(target: Target): number | null {
  const ms = Date.parse(target.lastScrape);
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}
