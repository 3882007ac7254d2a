import { stepSeconds, type Range } from '../../time/range';
import type { ViewState } from '../../time/view';

// What the address bar holds of this page, and what may be asked at once.

export const MAX_QUERIES = 5;
/** The server refuses more points a series than this, as Prometheus does. */
export const MAX_POINTS = 11_000;
const QUERY_KEYS = ['q', 'q2', 'q3', 'q4', 'q5'] as const;

export interface ExploreState {
  queries: string[];
  instant: boolean;
  table: boolean;
  step: string; // '' for automatic
  hidden: ReadonlySet<string>;
  only: string | null;
  dots: boolean;
  fit: boolean;
}

export function readExplore(view: ViewState): ExploreState {
  return {
    queries: distinct(QUERY_KEYS.map((key) => view[key] ?? '')),
    instant: view.mode === 'instant',
    table: view.show === 'table',
    step: secondsOf(view.step) === null ? '' : (view.step ?? ''),
    hidden: new Set((view.hide ?? '').split(',').filter((id) => id !== '')),
    only: view.only ?? null,
    dots: view.dots !== 'off',
    fit: view.scale === 'fit',
  };
}

/** The queries as keys of the address; those that are gone are cleared, and with them what was hidden. */
export function writeQueries(queries: readonly string[]): Partial<ViewState> {
  const asked = distinct(queries).slice(0, MAX_QUERIES);
  return { ...Object.fromEntries(QUERY_KEYS.map((key, i) => [key, asked[i]])), hide: undefined, only: undefined };
}

/** The same query twice would draw the same lines twice. */
const distinct = (queries: readonly string[]): string[] => [...new Set(queries.map((query) => query.trim()).filter((query) => query !== ''))];

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a step such as 15s, 5m or 90; null when it is none. */
export function secondsOf(step: string | undefined): number | null {
  const match = /^(\d{1,7})([smhd]?)$/.exec(step ?? '');
  const seconds = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1) : 0;
  return seconds > 0 ? seconds : null;
}

export const STEPS = ['1s', '5s', '15s', '30s', '1m', '5m', '15m', '1h', '6h', '1d'] as const;

/** The step in force: the chosen one as long as the server would take it, else the automatic one. */
export function stepOf(chosen: string, range: Range): number {
  const wanted = secondsOf(chosen);
  return wanted === null || !fits(wanted, range) ? stepSeconds(range) : wanted;
}

export const fits = (step: number, range: Range): boolean => (range.toMs - range.fromMs) / 1000 / step < MAX_POINTS;

/** The same points at every refresh: the start lies on a multiple of the step. */
export const aligned = (range: Range, step: number): Range => ({ fromMs: Math.ceil(range.fromMs / (step * 1000)) * step * 1000, toMs: range.toMs });

/** A short name for a series in an address: FNV-1a of its query and labels. */
export function seriesId(query: string, name: string): string {
  let hash = 0x811c9dc5;
  for (const letter of `${query}\n${name}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** An address can name so many hidden series; hiding more does nothing. */
export const MAX_HIDDEN = 100;

export function toggled(hidden: ReadonlySet<string>, id: string): string | undefined {
  const next = new Set(hidden);
  if (!next.delete(id) && next.size < MAX_HIDDEN) next.add(id);
  return next.size === 0 ? undefined : [...next].join(',');
}
