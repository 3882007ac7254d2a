import { getJson } from './http';

export interface TraceRow {
  traceId: string;
  rootService: string; // '' where the root is missing
  rootName: string;
  startMs: number;
  durationMs: number;
  spanCount: number | null;
  errorCount: number | null;
  services: string[];
}

export interface TraceAnswer {
  rows: TraceRow[];
  warnings: string[];
}

interface RawSearch {
  traces?: {
    traceID: string;
    rootServiceName?: string;
    rootTraceName?: string;
    startTimeUnixNano?: string;
    durationMs?: number;
    spanSet?: { spans?: { spanID: string }[] };
    serviceStats?: Record<string, { spanCount?: number; errorCount?: number }>;
  }[];
  warnings?: string[];
}

const NO_ROOT = '<root span not yet received>';

const seconds = (fromMs: number, toMs: number) => ({ start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000) });

export async function searchTraces(q: string, fromMs: number, toMs: number, limit: number, signal?: AbortSignal): Promise<TraceAnswer> {
  const reply = await getJson<RawSearch>('/tempo/api/search', { q, ...seconds(fromMs, toMs), limit, spss: 1 }, signal);
  const rows = (reply.traces ?? []).map((trace): TraceRow => {
    const stats = Object.values(trace.serviceStats ?? {});
    const nano = trace.startTimeUnixNano ?? '0';
    return {
      traceId: trace.traceID,
      rootService: trace.rootServiceName === NO_ROOT ? '' : (trace.rootServiceName ?? ''),
      rootName: trace.rootTraceName ?? '',
      startMs: Number(BigInt(nano) / 1000n) / 1000,
      durationMs: trace.durationMs ?? 0,
      spanCount: stats.length > 0 ? stats.reduce((sum, one) => sum + (one.spanCount ?? 0), 0) : null,
      errorCount: stats.length > 0 ? stats.reduce((sum, one) => sum + (one.errorCount ?? 0), 0) : null,
      services: Object.keys(trace.serviceStats ?? {}),
    };
  });
  return { rows, warnings: reply.warnings ?? [] };
}

/** Traces and the first span of each that a query picks. */
export async function searchSpans(q: string, fromMs: number, toMs: number, limit: number, signal?: AbortSignal): Promise<{ traceId: string; spanId: string; rootService: string; rootName: string }[]> {
  const reply = await getJson<RawSearch>('/tempo/api/search', { q, ...seconds(fromMs, toMs), limit, spss: 1 }, signal);
  return (reply.traces ?? []).map((trace) => ({ traceId: trace.traceID, spanId: trace.spanSet?.spans?.[0]?.spanID ?? '', rootService: trace.rootServiceName === NO_ROOT ? '' : (trace.rootServiceName ?? ''), rootName: trace.rootTraceName ?? '' }));
}

interface RawLabel { key: string; value?: { stringValue?: string; intValue?: string; doubleValue?: number | string; boolValue?: boolean } }
interface RawMetrics {
  series?: { labels?: RawLabel[]; samples?: { timestampMs: string; value?: number | string }[]; value?: number | string }[];
  message?: string;
}

export interface MetricRow {
  labels: Record<string, string>;
  times: number[]; // starts of steps, ms
  values: number[];
}

const labelsOf = (labels: readonly RawLabel[] | undefined): Record<string, string> => Object.fromEntries((labels ?? []).map(labelOf).map(({ key, text }) => [key, text]));

export async function metricsOverTime(q: string, fromMs: number, toMs: number, stepSeconds: number, signal?: AbortSignal): Promise<{ rows: MetricRow[]; warnings: string[] }> {
  const reply = await getJson<RawMetrics>('/tempo/api/metrics/query_range', { q, ...seconds(fromMs, toMs), step: `${stepSeconds}s`, exemplars: 1 }, signal);
  const rows = (reply.series ?? []).map((series) => ({
    labels: labelsOf(series.labels), times: (series.samples ?? []).map((sample) => Number(sample.timestampMs)), values: (series.samples ?? []).map((sample) => Number(sample.value ?? 0)),
  }));
  return { rows, warnings: reply.message === undefined ? [] : [reply.message] };
}

export interface Label {
  key: string;
  text: string;
  literal: string; // as TraceQL writes it
}

/** One value a series for the whole range. */
export async function metricsOnce(q: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<{ rows: { labels: Label[]; value: number }[]; warnings: string[] }> {
  const reply = await getJson<RawMetrics>('/tempo/api/metrics/query', { q, ...seconds(fromMs, toMs) }, signal);
  return {
    rows: (reply.series ?? []).map((series) => ({ labels: (series.labels ?? []).map(labelOf), value: Number(series.value ?? 0) })),
    warnings: reply.message === undefined ? [] : [reply.message],
  };
}

function labelOf({ key, value }: RawLabel): Label {
  const text = String(value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue ?? '');
  const isWord = value?.stringValue === undefined || key === 'kind' || key === 'status';
  return { key, text, literal: isWord ? text : JSON.stringify(text) };
}

/** Names that a search may use, by scope; intrinsics stand by themselves. */
export async function tagNames(fromMs: number, toMs: number, signal?: AbortSignal): Promise<{ scope: string; tags: string[] }[]> {
  const reply = await getJson<{ scopes?: { name: string; tags?: string[] }[] }>('/tempo/api/v2/search/tags', { ...seconds(fromMs, toMs), limit: 500 }, signal);
  return (reply.scopes ?? []).map((scope) => ({ scope: scope.name, tags: scope.tags ?? [] }));
}

export interface TagValue { type: string; value: string }

export async function tagValues(tag: string, q: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<TagValue[]> {
  const reply = await getJson<{ tagValues?: TagValue[] }>(`/tempo/api/v2/search/tag/${encodeURIComponent(tag)}/values`, { q, ...seconds(fromMs, toMs), limit: 200 }, signal);
  return reply.tagValues ?? [];
}
