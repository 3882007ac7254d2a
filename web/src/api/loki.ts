import type { Series } from './bongsu';
import { getJson } from './http';

export interface LogRecord {
  key: string;
  unixNano: string; // ns as text: more digits than a double keeps
  ms: number;
  level: string;
  service: string;
  line: string;
  labels: Record<string, string>; // the stream's labels
  fields: Record<string, string>; // structured metadata and parsed fields
  parsed: ReadonlySet<string>; // which of the fields the query's parsers made
}

type Entry = [string, string] | [string, string, { structuredMetadata?: Record<string, string>; parsed?: Record<string, string> }];
export type Streams = { stream: Record<string, string>; values: Entry[] }[];
interface Matrix { resultType: 'matrix'; result: { metric: Record<string, string>; values: [number, string][] }[] }
interface Vector { resultType: 'vector'; result: { metric: Record<string, string>; value: [number, string] }[] }
interface Envelope<T> {
  status: string;
  data: T & { stats?: { summary?: { totalBytesProcessed?: number; execTime?: number; totalLinesProcessed?: number }; countedFrom?: string } };
  warnings?: string[];
}

export interface LogAnswer {
  records: LogRecord[];
  series: Series[] | null; // the answer of a metric query
  warnings: string[];
  bytesRead: number | null;
  elapsedSeconds: number | null;
}

/** Level, trace and span that a sender left inside its lines count like those that stand beside them. */
const FOUND = { discovered_labels: 'true' };
/** The reply says apart what are a stream's labels, what stands beside the line and what was parsed: a filter goes where its field is. */
const APART = { ...FOUND, encodingFlags: 'categorize-labels' };

const nanoText = (ms: number): string => `${Math.round(ms)}000000`;

export async function queryLogs(query: string, fromMs: number, toMs: number, limit: number, signal?: AbortSignal, step?: number): Promise<LogAnswer> {
  const params = { query, start: nanoText(fromMs), end: nanoText(toMs), limit, direction: 'backward', ...APART, ...(step === undefined ? {} : { step: `${step}s` }) };
  const reply = await getJson<Envelope<{ resultType: 'streams'; result: Streams } | Matrix>>('/loki/api/v1/query_range', params, signal);
  const summary = reply.data.stats?.summary;
  return {
    records: reply.data.resultType === 'streams' ? flatten(reply.data.result) : [],
    series: reply.data.resultType === 'matrix' ? reply.data.result.map((row) => seriesOf(row, query)) : null,
    warnings: reply.warnings ?? [],
    bytesRead: summary?.totalBytesProcessed ?? null,
    elapsedSeconds: summary?.execTime ?? null,
  };
}

/** Lines next to a moment, which is in ns: the newest before it, or the oldest from it on. */
export async function linesBeside(query: string, unixNano: string, side: 'before' | 'after', limit: number, reachMs: number, signal?: AbortSignal): Promise<LogRecord[]> {
  const reach = BigInt(Math.round(reachMs)) * 1_000_000n;
  const at = BigInt(unixNano);
  const span = side === 'before' ? { start: at - reach, end: at, direction: 'backward' } : { start: at, end: at + reach, direction: 'forward' };
  const reply = await getJson<Envelope<{ result: Streams }>>('/loki/api/v1/query_range', { query, start: span.start.toString(), end: span.end.toString(), limit, direction: span.direction, ...APART }, signal);
  return flatten(side === 'before' ? reply.data.result : backward(reply.data.result));
}

/** Streams whose lines come oldest first, turned: of lines with the same time the last written is the newest. */
export const backward = (streams: Streams): Streams => streams.map(({ stream, values }) => ({ stream, values: [...values].reverse() }));

/** Records of all streams, newest first; each stream's lines must come newest first. */
export function flatten(streams: Streams): LogRecord[] {
  const records: LogRecord[] = [];
  const seen = new Map<string, number>();
  for (const { stream, values } of streams) {
    const labelled = Object.entries(stream).map(([name, value]) => `${name}=${value}`).join('\n');
    for (const [unixNano, line, extra] of values) {
      const fields = { ...extra?.structuredMetadata, ...extra?.parsed };
      const key = `${unixNano}.${hash(`${labelled}\n${line}`)}`;
      const alike = seen.get(key) ?? 0;
      seen.set(key, alike + 1);
      records.push({
        key: alike === 0 ? key : `${key}.${alike}`,
        unixNano,
        ms: Number(unixNano.slice(0, -6)) + Number(unixNano.slice(-6)) / 1e6,
        level: levelOf({ ...fields, ...stream }).toLowerCase(),
        service: stream['service_name'] ?? fields['service_name'] ?? '',
        line,
        labels: stream,
        fields,
        parsed: new Set(Object.keys(extra?.parsed ?? {})),
      });
    }
  }
  return records.sort((a, b) => (a.unixNano.length === b.unixNano.length ? (a.unixNano < b.unixNano ? 1 : a.unixNano === b.unixNano ? 0 : -1) : b.unixNano.length - a.unixNano.length));
}

/** A short name of a record for an address: FNV-1a of its labels and line. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}

function seriesOf(row: Matrix['result'][number], query: string): Series {
  const name = Object.entries(row.metric).map(([label, value]) => (Object.keys(row.metric).length === 1 ? value : `${label}=${value}`)).join(' ');
  return { name, labels: row.metric, query, times: row.values.map(([at]) => Math.round(at * 1000)), values: row.values.map(([, text]) => Number(text)) };
}

/** The level that a stream or a record's field says, else the one that was found out; empty when none is known. */
const levelOf = (labels: Readonly<Record<string, string>>): string => [labels['level'], labels['detected_level']].find((level) => level !== undefined && !/^(unknown)?$/i.test(level)) ?? '';

/** Count of records by level and step: of the stream's level, else of the one found in severity or line. Times are ends of steps, given exactly. */
export async function countByLevel(query: string, fromMs: number, toMs: number, stepSeconds: number, signal?: AbortSignal): Promise<{ series: Series[]; warnings: string[] }> {
  const counted = `sum by (level, detected_level) (count_over_time(${query} [${stepSeconds}s]))`;
  const params = { query: counted, start: nanoText(fromMs), end: nanoText(toMs), step: `${stepSeconds}s`, ...FOUND };
  const reply = await getJson<Envelope<Matrix>>('/loki/api/v1/query_range', params, signal);
  return { series: reply.data.result.map((row) => ({ ...seriesOf(row, counted), name: levelOf(row.metric) })), warnings: reply.warnings ?? [] };
}

export interface ValueCount { labels: Record<string, string>; count: number }

export interface Counts {
  rows: ValueCount[];
  warnings: string[];
  countedFromMs: number | null; // earlier records were not read
}

/** The figures of a metric query at one moment, in the order of the reply; of many records the newest alone. */
export async function instantCounts(query: string, atMs: number, newestRecords: number, signal?: AbortSignal): Promise<Counts> {
  const reply = await getJson<Envelope<Vector>>('/loki/api/v1/query', { query, time: nanoText(atMs), newest_records: newestRecords, ...FOUND }, signal);
  const from = reply.data.stats?.countedFrom;
  return { rows: reply.data.result.map((row) => ({ labels: row.metric, count: Number(row.value[1]) })), warnings: reply.warnings ?? [], countedFromMs: from === undefined ? null : Number(from.slice(0, -6)) };
}

export interface DetectedField { label: string; type: string; cardinality: number; parsers: string[] }

/** The fields of the newest lines that a query gives. */
export async function detectedFields(query: string, fromMs: number, toMs: number, lines: number, signal?: AbortSignal): Promise<DetectedField[]> {
  const reply = await getJson<{ fields?: DetectedField[] | null }>('/loki/api/v1/detected_fields', { query, start: nanoText(fromMs), end: nanoText(toMs), line_limit: lines, limit: 200 }, signal);
  return reply.fields ?? [];
}

/** Names of the labels that streams have, those of a selector when one is given. */
export async function streamLabels(fromMs: number, toMs: number, selector?: string, signal?: AbortSignal): Promise<string[]> {
  return (await getJson<{ data?: string[] }>('/loki/api/v1/labels', { query: selector, start: nanoText(fromMs), end: nanoText(toMs), discovered_labels: 'true' }, signal)).data ?? [];
}

export async function labelValues(name: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<string[]> {
  return (await getJson<{ data?: string[] }>(`/loki/api/v1/label/${encodeURIComponent(name)}/values`, { start: nanoText(fromMs), end: nanoText(toMs) }, signal)).data ?? [];
}

/** The query as the server reads it; fails with line and column when it is none. */
export async function formatQuery(query: string): Promise<string> {
  return (await getJson<{ data: string }>('/loki/api/v1/format_query', { query })).data;
}

export interface TailMessage { streams?: Streams; dropped_entries?: unknown[]; dropped_count?: number }

/** Where new lines come from as they arrive; `startNano` is the first that is wanted. */
export function tailUrl(query: string, startNano: string, limit: number): string {
  const url = new URL('/loki/api/v1/tail', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  for (const [key, value] of Object.entries({ query, start: startNano, limit: String(limit), ...APART })) url.searchParams.set(key, value);
  return url.toString();
}
