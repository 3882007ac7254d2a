import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { bongsu } from '../../api/client';
import { ApiFailure } from '../../api/http';
import { labelValues, metricMetadata, queryExemplars, queryInstant, queryRange, type Answer } from '../../api/prometheus';
import { markersOf } from '../../components/chart/markers';
import { parseExpr, selectorsOf } from '../../promql/syntax';
import type { Range } from '../../time/range';
import { useTimeWindow } from '../../time/view';
import { buildCatalog, type Catalog } from './catalog';
import { readChoice, type Choice } from './choice';
import { pickExemplars, type TraceExemplar } from './exemplars';
import { aligned, stepOf, type ExploreState } from './exploreState';
import { formatOf, measureOf, unitOfMetric, type Format, type Measure } from './units';

export const MAX_NAMES = 10_000;
/** More series than this are not asked for: a browser has to draw and list them. */
export const MAX_SERIES = 1000;
/** A large answer is asked for less often. */
const MANY_SERIES = 200;
const SLOW_MS = 30_000;

/** All metrics by name, type and help; asked seldom, for they change seldom. */
export function useCatalog(): { catalog: Catalog | null; truncatedAt: number | null; error: unknown; refetch: () => unknown } {
  const query = useQuery({
    queryKey: ['metric catalog'],
    queryFn: async ({ signal }) => {
      const [names, metadata] = await Promise.all([labelValues('__name__', { limit: MAX_NAMES }, signal), metricMetadata(MAX_NAMES, signal)]);
      return { catalog: buildCatalog(names, metadata), truncatedAt: names.length >= MAX_NAMES ? MAX_NAMES : null };
    },
    staleTime: 120_000,
    // An empty server is asked again soon: the page comes alive with the first metric.
    refetchInterval: (state) => (state.state.data?.catalog.entries.length === 0 ? 10_000 : false),
  });
  return { catalog: query.data?.catalog ?? null, truncatedAt: query.data?.truncatedAt ?? null, error: query.error, refetch: query.refetch };
}

/** What is known of a query before it is run: the choice it stands for, and what its values are measured in. */
export interface Reading { query: string; choice: Choice | null; measure: Measure; format: Format; measures: boolean }

export function readingOf(query: string, catalog: Catalog | null): Reading {
  const expr = parseExpr(query);
  const measure = measureOf(expr ?? { kind: 'other' }, (metric) => unitOfMetric(metric, catalog?.find(metric)?.unit ?? ''));
  const choice = readChoice(query, (metric) => {
    const entry = catalog?.find(metric);
    return entry ? { metric: entry.name, kind: entry.kind } : null;
  });
  return { query, choice, measure, format: formatOf(measure), measures: choice?.way === 'quantiles' || choice?.way === 'mean' || /\bhistogram_(quantile|avg)\b/.test(query) };
}

export interface Run { query: string; answer: Answer | null; error: unknown }
export interface Runs { range: Range; step: number; runs: Run[] }

/** Runs all queries over one range, so that their points lie at the same times; one that fails leaves the others. */
export function useRuns(state: ExploreState) {
  const window = useTimeWindow();
  const asked = JSON.stringify(state.queries);
  return useQuery<Runs>({
    queryKey: ['metrics', asked, state.instant, state.step, ...window.key],
    queryFn: async ({ signal }) => {
      const whole = window.resolve();
      const step = stepOf(state.step, whole);
      const range = aligned(whole, step);
      const ask = (query: string) => (state.instant ? queryInstant(query, whole.toMs, signal, MAX_SERIES) : queryRange(query, range.fromMs, range.toMs, step, signal, MAX_SERIES));
      const settled = await Promise.allSettled(state.queries.map(ask));
      const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      const outage = failed.find((reason) => !(reason instanceof ApiFailure) || reason.status === 0 || reason.status === 401);
      if (outage !== undefined && failed.length === settled.length) throw outage;
      return { range, step, runs: settled.map((one, i) => ({ query: state.queries[i] ?? '', answer: one.status === 'fulfilled' ? one.value : null, error: one.status === 'rejected' ? (one.reason as unknown) : null })) };
    },
    enabled: state.queries.length > 0,
    refetchInterval: (query) => (window.everyMs !== false && seriesOf(query.state.data) > MANY_SERIES ? Math.max(SLOW_MS, window.everyMs) : window.everyMs),
    // Another range shows the last picture until the new one is there; another query never shows the one before.
    placeholderData: (before, query) => (query?.queryKey[1] === asked && query.queryKey[2] === state.instant ? before : undefined),
  });
}

const seriesOf = (data: Runs | undefined): number => (data?.runs ?? []).reduce((sum, run) => sum + (run.answer?.series.length ?? 0), 0);

/** The traced requests behind the queries; measured ones at their value, the others on the floor. */
export function useExemplars(state: ExploreState, readings: readonly Reading[]): { found: { exemplar: TraceExemplar; format: Format; high: boolean }[]; failed: boolean } {
  const window = useTimeWindow();
  const high = readings.some((reading) => reading.measures);
  // Quantiles of one histogram have the same exemplars: each selector is asked once.
  const selectors = useMemo(() => [...new Map(readings.map((reading) => [exemplarKey(reading.query), reading])).values()], [readings]);
  const query = useQuery({
    queryKey: ['exemplars', JSON.stringify(selectors.map((reading) => reading.query)), ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const all = await Promise.all(selectors.map(async (reading) => pickExemplars(await queryExemplars(reading.query, range.fromMs, range.toMs, signal), range).map((exemplar) => ({ exemplar, high: reading.measures, query: reading.query }))));
      return all.flat();
    },
    enabled: state.dots && !state.instant && !state.table && selectors.length > 0,
    refetchInterval: window.everyMs === false ? false : Math.max(window.everyMs, SLOW_MS),
  });
  const found = (state.dots ? (query.data ?? []) : []).map(({ exemplar, high: measured, query: of }) => ({ exemplar, high: measured, format: readings.find((reading) => reading.query === of)?.format ?? formatOf({ unit: '', perSecond: false }) }));
  return { found: high ? found.filter((one) => one.high) : found, failed: query.error !== null };
}

const exemplarKey = (query: string): string => {
  const expr = parseExpr(query);
  return expr === null ? query : JSON.stringify(selectorsOf(expr).map(({ metric, filters }) => ({ metric, filters })));
};

/** Releases and incidents of the services the queries speak of; of all when they name none. */
export function useMarkers(state: ExploreState, alertWord: string) {
  const window = useTimeWindow();
  const services = useMemo(() => new Set(state.queries.flatMap((query) => {
    const expr = parseExpr(query);
    return expr === null ? [] : selectorsOf(expr).flatMap((one) => one.filters.filter((filter) => filter.label === 'service_name' && filter.op === '=').map((filter) => filter.value));
  })), [state.queries]);
  const { data } = useQuery({
    queryKey: ['chart markers', ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const [releases, incidents] = await Promise.all([bongsu.releases({ from: range.fromMs, to: range.toMs }, undefined, signal), bongsu.incidents('all', signal)]);
      return { releases: releases.releases, incidents: incidents.incidents };
    },
    enabled: state.queries.length > 0 && !state.instant,
    staleTime: 30_000,
  });
  return useMemo(() => {
    const about = (names: readonly string[]) => services.size === 0 || names.some((name) => services.has(name));
    return markersOf((data?.releases ?? []).filter((one) => about([one.service])), [], (data?.incidents ?? []).filter((one) => about(one.services)), alertWord);
  }, [data, services, alertWord]);
}
