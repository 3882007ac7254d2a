import type { Series } from './bongsu';
import { ApiFailure, getJson, withParams } from './http';

// Thin wrappers over the Prometheus HTTP API; times are ms, figures are numbers.

type RawSample = [number, string];
interface RawHistogram {
  count: string;
  sum: string;
  buckets?: [number, string, string, string][];
}
interface RawSeries {
  metric: Record<string, string>;
  values?: RawSample[];
  value?: RawSample;
  histograms?: [number, RawHistogram][];
  histogram?: [number, RawHistogram];
}
export type ResultType = 'matrix' | 'vector' | 'scalar' | 'string';
interface Envelope<T> {
  status: 'success' | 'error';
  data?: T;
  error?: string;
  errorType?: string;
  warnings?: string[];
  infos?: string[];
}

// bounds: 0 (lower, upper], 1 [lower, upper), 2 (lower, upper), 3 [lower, upper]
export interface Bucket { bounds: number; lower: number; upper: number; count: number }
export interface Histogram { atMs: number; count: number; sum: number; buckets: Bucket[] }

/** A series of a result; `last` is its last sample as the server wrote it, for NaN and +Inf are answers too. */
export interface ResultSeries extends Series {
  histograms: Histogram[];
  last: string | null;
}

export interface Answer {
  type: ResultType;
  series: ResultSeries[];
  warnings: string[];
  infos: string[];
}

export const rangePath = (query: string, fromMs: number, toMs: number, stepSeconds: number, limit?: number): string =>
  withParams('/api/v1/query_range', { query, start: fromMs / 1000, end: toMs / 1000, step: stepSeconds, limit });

export const instantPath = (query: string, atMs: number, limit?: number): string => withParams('/api/v1/query', { query, time: atMs / 1000, limit });

export async function queryRange(query: string, fromMs: number, toMs: number, stepSeconds: number, signal?: AbortSignal, limit?: number): Promise<Answer> {
  return answer(query, await getJson<Envelope<RawResult>>(rangePath(query, fromMs, toMs, stepSeconds, limit), {}, signal));
}

export async function queryInstant(query: string, atMs: number, signal?: AbortSignal, limit?: number): Promise<Answer> {
  return answer(query, await getJson<Envelope<RawResult>>(instantPath(query, atMs, limit), {}, signal));
}

/** The data of any other endpoint of /api/v1. */
async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return dataOf(await getJson<Envelope<T>>(path, {}, signal));
}

export interface Metadata { type: string; unit: string; help: string }

export const metricMetadata = (limit: number, signal?: AbortSignal): Promise<Record<string, Metadata[]>> => ask(withParams('/api/v1/metadata', { limit, limit_per_metric: 1 }), signal);

/** Which series to ask about: those of a selector within a time range. */
export interface Scope { match?: string | undefined; fromMs?: number | undefined; toMs?: number | undefined; limit: number }
const scopeParams = ({ match, fromMs, toMs, limit }: Scope) => ({ 'match[]': match, start: fromMs === undefined ? undefined : fromMs / 1000, end: toMs === undefined ? undefined : toMs / 1000, limit });

export const labelNames = (scope: Scope, signal?: AbortSignal): Promise<string[]> => ask(withParams('/api/v1/labels', scopeParams(scope)), signal);

export const labelValues = (label: string, scope: Scope, signal?: AbortSignal): Promise<string[]> => ask(withParams(`/api/v1/label/${encodeURIComponent(escapedLabel(label))}/values`, scopeParams(scope)), signal);

export const seriesLabels = (scope: Scope, signal?: AbortSignal): Promise<Record<string, string>[]> => ask(withParams('/api/v1/series', scopeParams(scope)), signal);

export const formatQuery = (query: string, signal?: AbortSignal): Promise<string> => ask(withParams('/api/v1/format_query', { query }), signal);

export interface Exemplar { atMs: number; value: number; labels: Record<string, string>; seriesLabels: Record<string, string> }
interface RawExemplars { seriesLabels: Record<string, string>; exemplars: { labels: Record<string, string>; value: string; timestamp: number }[] }

export async function queryExemplars(query: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<Exemplar[]> {
  const found = await ask<RawExemplars[]>(withParams('/api/v1/query_exemplars', { query, start: fromMs / 1000, end: toMs / 1000 }), signal);
  return found.flatMap((series) => series.exemplars.map((one) => ({ atMs: Math.round(one.timestamp * 1000), value: Number(one.value), labels: one.labels, seriesLabels: series.seriesLabels })));
}

export interface Counted { name: string; value: number }
export interface TsdbStatus {
  headStats: { numSeries: number; numLabelPairs: number; chunkCount: number; minTime: number; maxTime: number };
  seriesCountByMetricName: Counted[];
  labelValueCountByLabelName: Counted[];
  memoryInBytesByLabelName: Counted[];
  seriesCountByLabelValuePair: Counted[];
}
export const tsdbStatus = (limit: number, signal?: AbortSignal): Promise<TsdbStatus> => ask(withParams('/api/v1/status/tsdb', { limit }), signal);

export interface Target {
  labels: Record<string, string>;
  scrapePool: string;
  scrapeUrl: string;
  lastError: string;
  lastScrape: string; // ISO time; year 1 before the first scrape
  lastScrapeDuration: number; // seconds
  health: 'up' | 'down' | 'unknown';
  scrapeInterval?: string;
  scrapeTimeout?: string;
}
export interface Targets { activeTargets: Target[]; droppedTargetCounts?: Record<string, number> }
export const scrapeTargets = (signal?: AbortSignal): Promise<Targets> => ask('/api/v1/targets?state=active', signal);

interface RawResult {
  resultType: ResultType;
  result: RawSeries[] | RawSample;
}

function dataOf<T>(reply: Envelope<T>): T {
  if (reply.status !== 'success' || reply.data === undefined) throw new ApiFailure(200, reply.errorType ?? '', reply.error ?? 'no data in the reply', '/api/v1');
  return reply.data;
}

function answer(query: string, reply: Envelope<RawResult>): Answer {
  const data = dataOf(reply);
  return { type: data.resultType, series: toSeries(query, data), warnings: reply.warnings ?? [], infos: reply.infos ?? [] };
}

function toSeries(query: string, data: RawResult): ResultSeries[] {
  if (data.resultType === 'scalar' || data.resultType === 'string') return [one(query, { metric: {}, value: data.result as RawSample })];
  return (data.result as RawSeries[]).map((row) => one(query, row));
}

function one(query: string, row: RawSeries): ResultSeries {
  const samples = row.values ?? (row.value ? [row.value] : []);
  const times = samples.map(([at]) => Math.round(at * 1000));
  const values = samples.map(([, text]) => {
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  });
  const histograms = (row.histograms ?? (row.histogram ? [row.histogram] : [])).map(([at, raw]) => toHistogram(at, raw));
  return { name: seriesName(row.metric), labels: row.metric, query, times, values, histograms, last: samples.at(-1)?.[1] ?? null };
}

const toHistogram = (at: number, raw: RawHistogram): Histogram => ({
  atMs: Math.round(at * 1000),
  count: toNumber(raw.count),
  sum: toNumber(raw.sum),
  buckets: (raw.buckets ?? []).map(([bounds, lower, upper, count]) => ({ bounds, lower: toNumber(lower), upper: toNumber(upper), count: toNumber(count) })),
});

/** "+Inf" and "-Inf" are Prometheus' names for what JavaScript calls Infinity. */
const toNumber = (text: string): number => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text));

/** http_requests{route="/pay"} — as short as it stays unmistakable. */
export function seriesName(labels: Record<string, string>): string {
  const { __name__: name = '', ...rest } = labels;
  const inner = Object.entries(rest)
    .map(([key, value]) => `${key}="${value}"`)
    .join(', ');
  return inner === '' ? name || 'value' : `${name}{${inner}}`;
}

/** A label name for a path: one with other characters than letters, digits and underscores is written as U__ and code points, as Prometheus reads it. */
export function escapedLabel(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !name.startsWith('U__')) return name;
  return `U__${[...name].map((letter) => (letter === '_' ? '__' : /[A-Za-z0-9]/.test(letter) ? letter : `_${(letter.codePointAt(0) ?? 0).toString(16)}_`)).join('')}`;
}
