import { useNavigate, useSearch } from '@tanstack/react-router';
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { DEFAULT_FROM, isRelative, resolveRange, stepSeconds, type Range } from './range';
import type { Zone } from './zone';

/** Everything the address bar holds: the time range of all pages, and what each page filters by. */
export interface ViewState {
  from?: string;
  to?: string;
  tz?: string;
  refresh?: string;
  q?: string;
  service?: string;
  name?: string;
  min?: string;
  status?: string;
  level?: string;
  limit?: string;
  span?: string;
  path?: string;
  show?: string;
  route?: string;
  q2?: string;
  q3?: string;
  q4?: string;
  q5?: string;
  mode?: string;
  step?: string;
  hide?: string;
  only?: string;
  dots?: string;
  scale?: string;
  open?: string;
  near?: string;
  facets?: string;
  tail?: string;
  wrap?: string;
}

export const VIEW_KEYS = ['from', 'to', 'tz', 'refresh', 'q', 'service', 'name', 'min', 'status', 'level', 'limit', 'span', 'path', 'show', 'route', 'q2', 'q3', 'q4', 'q5', 'mode', 'step', 'hide', 'only', 'dots', 'scale', 'open', 'near', 'facets', 'tail', 'wrap'] as const satisfies readonly (keyof ViewState)[];
/** Kept when going from page to page. */
export const KEPT_KEYS = ['from', 'to', 'tz', 'refresh'] as const satisfies readonly (keyof ViewState)[];
export const DEFAULT_REFRESH = '10s';

/** Reads the known keys and drops the rest and everything over-long, whatever stands in the address. */
export function readView(search: Record<string, unknown>): ViewState {
  const view: ViewState = {};
  for (const key of VIEW_KEYS) {
    const value = search[key];
    if (typeof value === 'string' && value !== '' && value.length <= 8000) view[key] = value;
  }
  return view;
}

export const parseSearch = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (typeof value === 'string' && value !== '') params.set(key, value);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Ms between two refreshes, or null when paused. */
export function refreshMs(text: string | undefined): number | null {
  const match = /^(\d{1,4})(s|m)$/.exec(text ?? DEFAULT_REFRESH);
  if (!match) return null;
  const ms = Number(match[1]) * (match[2] === 'm' ? 60_000 : 1000);
  return ms >= 1000 ? ms : null;
}

export function useView(): { view: ViewState; setView: (patch: Partial<ViewState>, replace?: boolean) => void } {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const view = useMemo(() => readView(raw), [raw]);
  const setView = useCallback(
    (patch: Partial<ViewState>, replace = false) => {
      void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...cleared(patch), ...readView({ ...before, ...patch }) }), replace, resetScroll: false });
    },
    [navigate],
  );
  return { view, setView };
}

/** Keys set to undefined stay in the new search as such, so that the kept ones are really dropped. */
function cleared(patch: Partial<ViewState>): ViewState {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value === undefined || value === '').map(([key]) => [key, undefined])) as ViewState;
}

/** Where a range starts that nobody chose: an hour ago, or later when all data is younger. */
export const InitialRange = createContext<{ from: string; dataSinceMs: number | null }>({ from: DEFAULT_FROM, dataSinceMs: null });

export interface TimeWindow {
  key: readonly [string, string];
  resolve: () => Range;
  step: (range: Range) => number;
  everyMs: number | false;
  zone: Zone;
}

/** The chosen range for queries: the key is the text of the address bar, the times are worked out when the query runs. */
export function useTimeWindow(): TimeWindow {
  const { view } = useView();
  const { from: initial } = useContext(InitialRange);
  return useMemo(() => {
    const from = view.from ?? initial;
    const to = view.to ?? 'now';
    const every = isRelative(to) ? refreshMs(view.refresh) : null;
    return {
      key: [from, to] as const,
      resolve: () => resolveRange(from, to, Date.now()),
      step: (range: Range) => stepSeconds(range),
      everyMs: every ?? false,
      zone: view.tz === 'utc' ? 'utc' : 'browser',
    } satisfies TimeWindow;
  }, [initial, view.from, view.to, view.refresh, view.tz]);
}

/** The time now, for relative times; ticks every `everyMs`. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
