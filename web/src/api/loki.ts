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
}

type Entry = [string, string] | [string, string, Record<string, string> | { structuredMetadata?: Record<string, string>; parsed?: Record<string, string> }];
interface Streams {
  resultType: 'streams';
  result: { stream: Record<string, string>; values: Entry[] }[];
}
interface Matrix {
  resultType: 'matrix';
  result: { metric: Record<string, string>; values: [number, string][] }[];
}
interface Envelope<T> {
  status: string;
  data: T & { stats?: { summary?: { totalBytesProcessed?: number; execTime?: number; totalLinesProcessed?: number } } };
  warnings?: string[];
}

export interface LogAnswer {
  records: LogRecord[];
  warnings: string[];
  bytesRead: number | null;
  elapsedSeconds: number | null;
}

const nanoText = (ms: number): string => `${Math.round(ms)}000000`;

export async function queryLogs(query: string, fromMs: number, toMs: number, limit: number, signal?: AbortSignal): Promise<LogAnswer> {
  const params = { query, start: nanoText(fromMs), end: nanoText(toMs), limit, direction: 'backward', discovered_labels: 'true' };
  const reply = await getJson<Envelope<Streams>>('/loki/api/v1/query_range', params, signal);
  const summary = reply.data.stats?.summary;
  return {
    records: flatten(reply.data.result),
    warnings: reply.warnings ?? [],
    bytesRead: summary?.totalBytesProcessed ?? null,
    elapsedSeconds: summary?.execTime ?? null,
  };
}

/** Records of all streams, newest first. */
export function flatten(streams: Streams['result']): LogRecord[] {
  const records: LogRecord[] = [];
  for (const { stream, values } of streams) {
    for (const [index, [unixNano, line, extra]] of values.entries()) {
      const fields = metadata(extra);
      records.push({
        key: `${unixNano}/${stream['service_name'] ?? ''}/${stream['level'] ?? ''}/${index}`,
        unixNano,
        ms: Number(unixNano.slice(0, -6)) + Number(unixNano.slice(-6)) / 1e6,
        level: (stream['level'] ?? fields['level'] ?? fields['detected_level'] ?? '').toLowerCase(),
        service: stream['service_name'] ?? fields['service_name'] ?? '',
        line,
        labels: stream,
        fields,
      });
    }
  }
  return records.sort((a, b) => (a.unixNano.length === b.unixNano.length ? (a.unixNano < b.unixNano ? 1 : -1) : b.unixNano.length - a.unixNano.length));
}

function metadata(extra: Entry[2]): Record<string, string> {
  if (!extra) return {};
  const nested = extra as { structuredMetadata?: Record<string, string>; parsed?: Record<string, string> };
  if (typeof nested.structuredMetadata === 'object' || typeof nested.parsed === 'object') return { ...nested.structuredMetadata, ...nested.parsed };
  return extra as Record<string, string>;
}

/** Count of records by level and step, for the histogram. */
export async function countByLevel(query: string, fromMs: number, toMs: number, stepSeconds: number, signal?: AbortSignal): Promise<Series[]> {
  const counted = `sum by (level) (count_over_time(${query} [${stepSeconds}s]))`;
  const params = { query: counted, start: nanoText(fromMs), end: nanoText(toMs), step: `${stepSeconds}s` };
  const reply = await getJson<Envelope<Matrix>>('/loki/api/v1/query_range', params, signal);
  return reply.data.result.map((row) => ({
    name: row.metric['level'] ?? '',
    labels: row.metric,
    query: counted,
    times: row.values.map(([at]) => Math.round(at * 1000)),
    values: row.values.map(([, text]) => Number(text)),
  }));
}

export async function streamSeries(fromMs: number, toMs: number, signal?: AbortSignal): Promise<Record<string, string>[]> {
  const reply = await getJson<{ data?: Record<string, string>[] }>(
    '/loki/api/v1/series',
    { 'match[]': '{service_name=~".+"}', start: nanoText(fromMs), end: nanoText(toMs) },
    signal,
  );
  return reply.data ?? [];
}
