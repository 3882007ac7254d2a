import type { Series } from './bongsu';
import { ApiFailure, getJson } from './http';

// Thin wrappers over the Prometheus HTTP API; times are ms, figures are numbers.

type RawSample = [number, string];
interface RawResult {
  resultType: 'matrix' | 'vector' | 'scalar' | 'string';
  result: { metric: Record<string, string>; values?: RawSample[]; value?: RawSample }[] | RawSample;
}
interface Envelope {
  status: 'success' | 'error';
  data?: RawResult;
  error?: string;
  errorType?: string;
  warnings?: string[];
  infos?: string[];
}

export interface Answer {
  series: Series[];
  warnings: string[];
}

export async function queryRange(query: string, fromMs: number, toMs: number, stepSeconds: number, signal?: AbortSignal): Promise<Answer> {
  const params = { query, start: fromMs / 1000, end: toMs / 1000, step: stepSeconds };
  return answer(query, await getJson<Envelope>('/api/v1/query_range', params, signal));
}

export async function queryInstant(query: string, atMs: number, signal?: AbortSignal): Promise<Answer> {
  return answer(query, await getJson<Envelope>('/api/v1/query', { query, time: atMs / 1000 }, signal));
}

/** Metric names with the given prefix or substring, for completion. */
export async function metricNames(signal?: AbortSignal): Promise<string[]> {
  const reply = await getJson<{ data?: string[] }>('/api/v1/label/__name__/values', {}, signal);
  return reply.data ?? [];
}

function answer(query: string, reply: Envelope): Answer {
  if (reply.status !== 'success' || !reply.data) throw new ApiFailure(200, reply.errorType ?? '', reply.error ?? 'no data in the reply', '/api/v1');
  return { series: toSeries(query, reply.data), warnings: [...(reply.warnings ?? []), ...(reply.infos ?? [])] };
}

function toSeries(query: string, data: RawResult): Series[] {
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    return [one(query, {}, [data.result as RawSample])];
  }
  const rows = data.result as { metric: Record<string, string>; values?: RawSample[]; value?: RawSample }[];
  return rows.map((row) => one(query, row.metric, row.values ?? (row.value ? [row.value] : [])));
}

function one(query: string, labels: Record<string, string>, samples: RawSample[]): Series {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const [at, text] of samples) {
    const value = Number(text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : text);
    times.push(Math.round(at * 1000));
    values.push(Number.isFinite(value) ? value : null);
  }
  return { name: seriesName(labels), labels, query, times, values };
}

/** http_requests{route="/pay"} — as short as it stays unmistakable. */
export function seriesName(labels: Record<string, string>): string {
  const { __name__: name = '', ...rest } = labels;
  const inner = Object.entries(rest)
    .map(([key, value]) => `${key}="${value}"`)
    .join(', ');
  return inner === '' ? name || 'value' : `${name}{${inner}}`;
}
