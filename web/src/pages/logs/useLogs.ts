import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LogPatterns } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { countByLevel, detectedFields, instantCounts, linesBeside, queryLogs, streamLabels, type LogRecord } from '../../api/loki';
import { queryRange } from '../../api/prometheus';
import { markersOf } from '../../components/chart/markers';
import { stepSeconds } from '../../time/range';
import { useTimeWindow } from '../../time/view';
import { valuesOf, type Facet } from './facets';
import { barsOf, grid } from './levels';
import { counting, countQuery, selectorOf, serviceOf, without } from './logql';
import type { LogsState } from './logsState';
import { compared, type ComparedPattern } from './patterns';

const HISTOGRAM_BARS = 60;
const METRIC_POINTS = 120;
const SLOW_MS = 60_000;
const FIELD_LINES = 500;
const FACET_VALUES = 12;
/** A facet is one reading of its records: more than these and a page of facets would wait for seconds. */
export const FACET_RECORDS = 200_000;
const PATTERNS = 200;
const TREND_POINTS = 30;

/** What counts over the whole range costs more than the newest lines do: it is asked again once a minute at most. */
const slowly = (everyMs: number | false): number | false => (everyMs === false ? false : Math.max(everyMs, SLOW_MS));

/** The lines of the query; `held` while somebody reads, so that nothing moves under the eye. */
export function useRecords(state: LogsState, held: boolean) {
  const window = useTimeWindow();
  return useQuery({
    queryKey: ['logs', state.query, state.limit, ...window.key],
    queryFn: ({ signal }) => {
      const range = window.resolve();
      return queryLogs(state.query, range.fromMs, range.toMs, state.limit, signal, state.isMetric ? stepSeconds(range, METRIC_POINTS) : undefined).then((answer) => ({ ...answer, range, atMs: Date.now() }));
    },
    enabled: !state.tail,
    refetchInterval: held ? false : window.everyMs,
    refetchOnWindowFocus: !held,
  });
}

/** Records by level over time. */
export function useHistogram(state: LogsState) {
  const window = useTimeWindow();
  return useQuery({
    queryKey: ['log counts', state.query, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const step = stepSeconds(range, HISTOGRAM_BARS);
      const steps = grid(range.fromMs, range.toMs, step * 1000);
      const { series, warnings } = await countByLevel(counting(state.query, 'stream'), steps.fromMs, steps.toMs, step, signal);
      return { range, step, warnings, bars: barsOf(series, steps.fromMs, steps.toMs, step * 1000) };
    },
    enabled: !state.isMetric,
    refetchInterval: window.everyMs,
  });
}

/** What there is to filter by: labels of streams, and fields of the newest lines. */
export function useFields(state: LogsState) {
  const window = useTimeWindow();
  return useQuery({
    queryKey: ['log fields', state.query, ...window.key],
    queryFn: async ({ signal }) => {
      const { fromMs, toMs } = window.resolve();
      const [labels, fields] = await Promise.all([streamLabels(fromMs, toMs, selectorOf(state.query), signal), detectedFields(state.query, fromMs, toMs, FIELD_LINES, signal)]);
      return { labels, fields };
    },
    enabled: !state.isMetric,
    staleTime: SLOW_MS,
  });
}

/** The values of one facet with their records, counted without the facet's own filter: the ones not chosen stay in sight. */
export function useFacetValues(facet: Facet, query: string) {
  const window = useTimeWindow();
  const others = without(query, facet.names);
  return useQuery({
    queryKey: ['log facet', facet.id, facet.place, others, ...window.key],
    queryFn: async ({ signal }) => {
      const { fromMs, toMs } = window.resolve();
      const { rows, ...counted } = await instantCounts(countQuery(others, facet.names, facet.place, (toMs - fromMs) / 1000, FACET_VALUES), toMs, FACET_RECORDS, signal);
      return { values: valuesOf(facet, rows), ...counted };
    },
    staleTime: SLOW_MS / 2,
    refetchInterval: slowly(window.everyMs),
  });
}

export interface PatternAnswer {
  patterns: Omit<LogPatterns, 'patterns'> & { patterns: ComparedPattern[] };
  trends: ReadonlyMap<string, (number | null)[]>;
}

/** What services said in the range, with how it went over time; by service, since a pattern belongs to one. */
export function usePatterns(state: LogsState) {
  const window = useTimeWindow();
  const service = serviceOf(state.query);
  return useQuery({
    queryKey: ['log patterns', service, ...window.key],
    queryFn: async ({ signal }): Promise<PatternAnswer> => {
      const { fromMs, toMs } = window.resolve();
      const answer = await bongsu.logPatterns(service, Math.min(31 * 86_400_000, Math.round(toMs - fromMs)), Math.round(toMs), PATTERNS, signal);
      const patterns = { ...answer, patterns: compared(answer.patterns, fromMs, toMs) };
      const ids = patterns.patterns.slice(0, 60).map((pattern) => pattern.id).filter((id) => /^\w+$/.test(id));
      return { patterns, trends: ids.length === 0 ? new Map() : await trendsOf(ids, fromMs, toMs, signal) };
    },
    enabled: !state.isMetric,
    refetchInterval: slowly(window.everyMs),
  });
}

/** Lines a step of each pattern; a step without any is 0, for the service was counted all the while. */
async function trendsOf(ids: readonly string[], fromMs: number, toMs: number, signal: AbortSignal): Promise<ReadonlyMap<string, number[]>> {
  const step = Math.max(10, stepSeconds({ fromMs, toMs }, TREND_POINTS));
  // Whole steps only: the one that is not over yet would look like a fall.
  const last = Math.floor(toMs / (step * 1000)) * step * 1000;
  const steps = { fromMs: grid(fromMs, toMs, step * 1000).fromMs, toMs: last };
  if (steps.toMs <= steps.fromMs) return new Map();
  const query = `sum by (pattern_id) (sum_over_time(bongsu_log_pattern_lines{pattern_id=~"${ids.join('|')}"}[${step}s]))`;
  const answer = await queryRange(query, steps.fromMs, steps.toMs, step, signal);
  const slots = Math.round((steps.toMs - steps.fromMs) / (step * 1000)) + 1;
  return new Map(answer.series.map((one) => {
    const values = new Array<number>(slots).fill(0);
    for (const [i, at] of one.times.entries()) values[Math.round((at - steps.fromMs) / (step * 1000))] = one.values[i] ?? 0;
    return [one.labels['pattern_id'] ?? '', values];
  }));
}

/** Releases and incidents of the service the query is about, of all when it names none. */
export function useLogMarkers(query: string) {
  const window = useTimeWindow();
  const service = serviceOf(query);
  const { data } = useQuery({
    queryKey: ['chart markers', ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const [releases, incidents] = await Promise.all([bongsu.releases({ from: range.fromMs, to: range.toMs }, undefined, signal), bongsu.incidents('all', signal)]);
      return { releases: releases.releases, incidents: incidents.incidents };
    },
    staleTime: 30_000,
  });
  return useMemo(() => {
    const about = (names: readonly string[]) => service === null || names.includes(service);
    return markersOf((data?.releases ?? []).filter((one) => about([one.service])), [], (data?.incidents ?? []).filter((one) => about(one.services)), '');
  }, [data, service]);
}

const REACH_MS = 86_400_000;

/** Lines before and after a record, as they were written: from the same source, at most a day away. */
export function useContextLines(record: LogRecord, query: string, before: number, after: number) {
  return useQuery({
    queryKey: ['log context', record.key, query, before, after],
    queryFn: async ({ signal }) => {
      const [older, newer] = await Promise.all([linesBeside(query, record.unixNano, 'before', before, REACH_MS, signal), linesBeside(query, record.unixNano, 'after', after + 1, REACH_MS, signal)]);
      // The record itself is among those from its moment on, with others of the same nanosecond.
      return { before: [...older].reverse(), after: [...newer].reverse().filter((one) => one.key !== record.key).slice(0, after) };
    },
    staleTime: SLOW_MS,
  });
}
