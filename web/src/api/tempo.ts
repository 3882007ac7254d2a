import { getJson } from './http';

export interface TraceRow {
  traceId: string;
  rootService: string;
  rootName: string;
  startUnixNano: string;
  startMs: number;
  durationMs: number;
  spanCount: number | null;
  errorCount: number | null;
  services: string[];
}

interface RawSearch {
  traces?: {
    traceID: string;
    rootServiceName?: string;
    rootTraceName?: string;
    startTimeUnixNano?: string;
    durationMs?: number;
    serviceStats?: Record<string, { spanCount?: number; errorCount?: number }>;
  }[];
  metrics?: { inspectedTraces?: number; inspectedBytes?: string; partial?: boolean };
}

export async function searchTraces(q: string, fromMs: number, toMs: number, limit: number, signal?: AbortSignal): Promise<TraceRow[]> {
  const params = { q, start: Math.floor(fromMs / 1000), end: Math.ceil(toMs / 1000), limit };
  const reply = await getJson<RawSearch>('/tempo/api/search', params, signal);
  return (reply.traces ?? []).map((trace) => {
    const stats = Object.values(trace.serviceStats ?? {});
    const nano = trace.startTimeUnixNano ?? '0';
    return {
      traceId: trace.traceID,
      rootService: trace.rootServiceName ?? '',
      rootName: trace.rootTraceName ?? '',
      startUnixNano: nano,
      startMs: Number(BigInt(nano) / 1000n) / 1000,
      durationMs: trace.durationMs ?? 0,
      spanCount: stats.length > 0 ? stats.reduce((sum, one) => sum + (one.spanCount ?? 0), 0) : null,
      errorCount: stats.length > 0 ? stats.reduce((sum, one) => sum + (one.errorCount ?? 0), 0) : null,
      services: Object.keys(trace.serviceStats ?? {}),
    };
  });
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface TraceSpan {
  spanId: string;
  parentId: string;
  service: string;
  name: string;
  kind: SpanKind;
  startNano: bigint;
  endNano: bigint;
  failed: boolean;
  statusMessage: string;
  attributes: Record<string, string>;
  resource: Record<string, string>;
  events: { name: string; atNano: bigint; attributes: Record<string, string> }[];
}

interface RawValue {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values?: RawValue[] };
  bytesValue?: string;
}
interface RawSpan {
  spanId: string;
  parentSpanId?: string;
  name?: string;
  kind?: string | number;
  startTimeUnixNano: string | number;
  endTimeUnixNano: string | number;
  status?: { code?: string | number; message?: string };
  attributes?: { key: string; value?: RawValue }[];
  events?: { name?: string; timeUnixNano?: string | number; attributes?: { key: string; value?: RawValue }[] }[];
}
interface RawResourceSpans {
  resource?: { attributes?: { key: string; value?: RawValue }[] };
  scopeSpans?: { spans?: RawSpan[] }[];
}
interface RawTrace {
  batches?: RawResourceSpans[];
  resourceSpans?: RawResourceSpans[];
  trace?: { resourceSpans?: RawResourceSpans[]; batches?: RawResourceSpans[] };
}

export async function fetchTrace(traceId: string, signal?: AbortSignal): Promise<TraceSpan[]> {
  const raw = await getJson<RawTrace>(`/tempo/api/traces/${encodeURIComponent(traceId)}`, {}, signal);
  return spansOf(raw);
}

export function spansOf(raw: RawTrace): TraceSpan[] {
  const batches = raw.batches ?? raw.resourceSpans ?? raw.trace?.resourceSpans ?? raw.trace?.batches ?? [];
  return batches.flatMap((batch) => {
    const resource = attributes(batch.resource?.attributes);
    return (batch.scopeSpans ?? []).flatMap((scope) => (scope.spans ?? []).map((span) => toSpan(span, resource)));
  });
}

function toSpan(span: RawSpan, resource: Record<string, string>): TraceSpan {
  const code = span.status?.code;
  return {
    spanId: hexId(span.spanId),
    parentId: span.parentSpanId ? hexId(span.parentSpanId) : '',
    service: resource['service.name'] ?? '',
    name: span.name ?? '',
    kind: kindOf(span.kind),
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
    failed: code === 2 || code === 'STATUS_CODE_ERROR',
    statusMessage: span.status?.message ?? '',
    attributes: attributes(span.attributes),
    resource,
    events: (span.events ?? []).map((event) => ({
      name: event.name ?? '',
      atNano: BigInt(event.timeUnixNano ?? 0),
      attributes: attributes(event.attributes),
    })),
  };
}

const KINDS: SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

function kindOf(kind: string | number | undefined): SpanKind {
  if (typeof kind === 'number') return KINDS[kind] ?? 'internal';
  const name = (kind ?? '').replace('SPAN_KIND_', '').toLowerCase();
  return KINDS.includes(name as SpanKind) ? (name as SpanKind) : 'internal';
}

/** OTLP JSON writes ids in hex, protobuf's JSON mapping in base64; both are read. */
export function hexId(id: string): string {
  if (/^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})$/.test(id)) return id.toLowerCase();
  try {
    return Array.from(atob(id), (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  } catch {
    return id;
  }
}

function attributes(list: { key: string; value?: RawValue }[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, text(value)]));
}

function text(value: RawValue | undefined): string {
  if (!value) return '';
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(text).join(', ');
  return String(value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue ?? '');
}
