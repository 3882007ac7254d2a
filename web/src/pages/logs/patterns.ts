import type { LogPattern } from '../../api/bongsu';
import { levelTone } from '../../components/logLevel';
import { chosen } from './logql';

// What services say, how it compares with before, and what that means for the first sentence.

/** A pattern beside what the stretch before lets one expect; null when its service is too new to say. */
export interface ComparedPattern extends LogPattern { expected: number | null }

export type Verdict = { kind: 'new'; atMs: number | null } | { kind: 'gone'; atMs: number | null } | { kind: 'more'; times: number } | { kind: 'less'; times: number } | { kind: 'appeared' } | { kind: 'usual' } | { kind: 'unknown' };

// Below this many lines a ratio is chance.
const ENOUGH = 20;
const UNUSUAL = 3;

export function verdictOf(pattern: ComparedPattern): Verdict {
  if (pattern.isGone) return { kind: 'gone', atMs: pattern.goneAtMs };
  if (pattern.isNew) return { kind: 'new', atMs: pattern.newAtMs };
  const { count, expected } = pattern;
  if (expected === null) return { kind: 'unknown' };
  if (Math.max(count, expected) < ENOUGH) return { kind: 'usual' };
  if (expected === 0) return { kind: 'appeared' };
  if (count >= expected * UNUSUAL) return { kind: 'more', times: count / expected };
  return count * UNUSUAL <= expected ? { kind: 'less', times: count === 0 ? Infinity : expected / count } : { kind: 'usual' };
}

// A service that was known for so long would have said it before, if it were usual.
const KNOWN_MS = 600_000;
// Of the stretch before, at least this share must have been seen.
const SEEN = 0.2;

/**
 * What each pattern is to be compared with. A service that began within the stretch before was counted for a part of it only. A pattern first seen in the
 * range, long after others of its service, is new as well: the server itself learns what is usual only in its first hour.
 */
export function compared(patterns: readonly LogPattern[], fromMs: number, toMs: number): ComparedPattern[] {
  const known = new Map<string, number>();
  for (const { service, firstSeenMs } of patterns) known.set(service, Math.min(known.get(service) ?? Infinity, firstSeenMs));
  return patterns.map((one) => {
    const since = known.get(one.service) ?? fromMs;
    const seen = Math.min(1, Math.max(0, (fromMs - since) / (toMs - fromMs)));
    const isFresh = one.countBefore === 0 && one.firstSeenMs >= fromMs && one.firstSeenMs - since >= KNOWN_MS;
    return { ...one, expected: seen < SEEN ? null : one.countBefore / seen, ...(isFresh && !one.isNew ? { isNew: true, newAtMs: one.firstSeenMs } : {}) };
  });
}

/** How loud a pattern is: by the level of most of its lines, and only when it is not as usual. */
export function toneOf(pattern: ComparedPattern): 'bad' | 'warn' | '' {
  const { kind } = verdictOf(pattern);
  if (kind === 'gone') return 'warn';
  if (kind !== 'new' && kind !== 'more' && kind !== 'appeared') return '';
  return levelTone(pattern.level ?? '') === 'bad' ? 'bad' : levelTone(pattern.level ?? '') === 'warn' ? 'warn' : '';
}

const RANK: Record<Verdict['kind'], number> = { new: 0, gone: 1, more: 2, appeared: 2, less: 3, usual: 3, unknown: 3 };

const LOUD = { bad: 0, warn: 1, '': 2 };

/** New and gone first, then what grew; of these what fails before what warns; then by lines. */
export function ordered(patterns: readonly ComparedPattern[]): ComparedPattern[] {
  const rank = new Map(patterns.map((pattern) => [pattern, RANK[verdictOf(pattern).kind]]));
  return [...patterns].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0) || LOUD[toneOf(a)] - LOUD[toneOf(b)] || b.count - a.count || b.countBefore - a.countBefore);
}

/** The patterns a query is about: those of the services and levels it asks for, if it asks for some. */
export function ofQuery(patterns: readonly ComparedPattern[], query: string): ComparedPattern[] {
  const { included, excluded } = chosen(query, 'level');
  const services = chosen(query, 'service_name');
  return patterns.filter((pattern) => {
    if ((services.included.length > 0 && !services.included.includes(pattern.service)) || services.excluded.includes(pattern.service)) return false;
    const levels = Object.keys(pattern.levels);
    if (levels.length === 0) return included.length === 0;
    return levels.some((level) => (included.length === 0 || included.includes(level)) && !excluded.includes(level));
  });
}

export interface NewShare {
  patterns: number;
  firstMs: number;
  share: number; // of the warnings and errors
}

// A smaller share of what goes wrong is not the first thing to say.
const WORTH_SAYING = 0.05;

/** The new patterns that warn or fail, and how much of all warnings and errors they are; null when there are none, or they are next to nothing. */
export function newShare(patterns: readonly LogPattern[]): NewShare | null {
  const loud = (pattern: LogPattern): number => Object.entries(pattern.levels).reduce((sum, [level, count]) => sum + (levelTone(level) === '' ? 0 : count), 0);
  const fresh = patterns.filter((pattern) => pattern.isNew && loud(pattern) > 0);
  const all = patterns.reduce((sum, pattern) => sum + loud(pattern), 0);
  if (fresh.length === 0 || all === 0) return null;
  const share = fresh.reduce((sum, pattern) => sum + loud(pattern), 0) / all;
  return share < WORTH_SAYING ? null : { patterns: fresh.length, firstMs: Math.min(...fresh.map((pattern) => pattern.newAtMs ?? pattern.firstSeenMs)), share };
}

/** What varies in a template, apart from what is always said. */
export const templateParts = (template: string): { text: string; varies: boolean }[] =>
  template.split(/(<_>)/).filter((text) => text !== '').map((text) => ({ text: text === '<_>' ? '…' : text, varies: text === '<_>' }));
