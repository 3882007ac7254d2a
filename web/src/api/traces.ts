import { getJson } from './http';

// A whole trace as /bongsu/v1/traces/{id} tells it: in columns, texts and values once. Times are ns from the start of the trace.

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** What JSON cannot say as it is, and texts that were cut, come with their kind. */
export type AttributeValue = string | number | boolean | { kind: 'int' | 'double' | 'bytes' | 'array' | 'map' | 'null' | 'text'; text: string; length?: number };
export interface Attribute { key: string; value: AttributeValue }

/** What is odd about a span as it was recorded; a set of bits. */
export const ODD = { duplicate: 1, orphan: 2, cut: 4, backwards: 8, early: 16 } as const;
export type Oddity = keyof typeof ODD;

export interface Segment { row: number; from: number; to: number }
export interface SpanEvent { at: number; name: string; attributes: Attribute[] }
export interface SpanLink { traceId: string; spanId: string; attributes: Attribute[] }

export interface TraceSpan {
  row: number;
  spanId: string;
  parent: number; // its row, or -1
  namedParent: string; // the id it names, where that is odd
  service: string;
  version: string;
  scope: string;
  name: string;
  kind: SpanKind;
  failed: boolean;
  message: string;
  from: number;
  to: number; // never before `from`; `sentTo` is what was sent
  sentTo: number;
  odd: number;
  attributes: readonly number[]; // keys and values in turn, as numbers of Trace.values
  resource: number;
  events: SpanEvent[];
  links: SpanLink[];
  dropped: { attributes: number; events: number; links: number } | null;
}

export interface Trace {
  traceId: string;
  rootService: string;
  rootName: string;
  startMs: number;
  totalNanos: number; // at least 1
  spanCount: number; // of the whole trace; more than `spans` holds when it was cut
  errorCount: number; // likewise
  spans: TraceSpan[];
  resources: Attribute[][];
  values: readonly AttributeValue[];
  criticalPath: Segment[];
  widestWait: { row: number; peer: string; nanos: number } | null;
  warnings: string[];
}

export interface RawTrace {
  traceId: string;
  rootService: string;
  rootName: string;
  startUnixNano: string;
  durationNanos: number;
  spanCount: number;
  errorCount: number;
  criticalPath: [number, number, number][];
  widestWait: { row: number; peer: string; nanos: number } | null;
  warnings: string[];
  resources: number[][];
  scopes: [number, number][];
  spans: { id: string[]; parent: number[]; resource: number[]; scope: number[]; name: number[]; kind: number[]; status: number[]; message: number[]; start: number[]; end: number[]; attributes: number[][] };
  oddities: [number, number, string][];
  events: [number, number, number, number[]][];
  links: [number, string, string, number[]][];
  dropped: [number, number, number, number][];
  values: AttributeValue[];
}

export async function fetchTrace(traceId: string, signal?: AbortSignal): Promise<Trace> {
  return decodeTrace(await getJson<RawTrace>(`/bongsu/v1/traces/${encodeURIComponent(traceId)}`, {}, signal));
}

const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const FAILED = 2;

export function decodeTrace(raw: RawTrace): Trace {
  const { values } = raw;
  const textAt = (at: number): string => valueText(values[at] ?? '');
  const resources = raw.resources.map((resource) => pairs(resource, values));
  const named = resources.map((resource) => ({ service: textOf(resource, 'service.name'), version: textOf(resource, 'service.version') }));
  const columns = raw.spans;
  const spans = columns.id.map((spanId, row): TraceSpan => {
    const from = columns.start[row] ?? 0;
    const sentTo = columns.end[row] ?? from;
    const resource = columns.resource[row] ?? -1;
    const scope = raw.scopes[columns.scope[row] ?? -1];
    return {
      row, spanId, parent: columns.parent[row] ?? -1, namedParent: '', service: named[resource]?.service ?? '', version: named[resource]?.version ?? '', scope: scope ? textAt(scope[0]) : '',
      name: textAt(columns.name[row] ?? 0), kind: KINDS[columns.kind[row] ?? 0] ?? 'internal', failed: columns.status[row] === FAILED, message: textAt(columns.message[row] ?? 0),
      from, to: Math.max(from, sentTo), sentTo, odd: 0, attributes: columns.attributes[row] ?? [], resource, events: [], links: [], dropped: null,
    };
  });
  for (const [row, odd, namedParent] of raw.oddities) Object.assign(spans[row] ?? {}, { odd, namedParent });
  for (const [row, at, name, attributes] of raw.events) spans[row]?.events.push({ at, name: textAt(name), attributes: pairs(attributes, values) });
  for (const [row, traceId, spanId, attributes] of raw.links) spans[row]?.links.push({ traceId, spanId, attributes: pairs(attributes, values) });
  for (const [row, attributes, events, links] of raw.dropped) Object.assign(spans[row] ?? {}, { dropped: { attributes, events, links } });
  return {
    traceId: raw.traceId, rootService: raw.rootService, rootName: raw.rootName, startMs: Number(BigInt(raw.startUnixNano) / 1000n) / 1000, totalNanos: Math.max(1, raw.durationNanos),
    spanCount: raw.spanCount, errorCount: raw.errorCount, spans, resources, values, criticalPath: raw.criticalPath.map(([row, from, to]) => ({ row, from, to })), widestWait: raw.widestWait, warnings: raw.warnings,
  };
}

export function pairs(numbers: readonly number[], values: readonly AttributeValue[]): Attribute[] {
  const out: Attribute[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) out.push({ key: valueText(values[numbers[i] ?? -1] ?? ''), value: values[numbers[i + 1] ?? -1] ?? '' });
  return out;
}

export const valueText = (value: AttributeValue): string => (typeof value === 'object' ? value.text : String(value));

/** The text of an attribute, or ''. */
export function textOf(attributes: readonly Attribute[], key: string): string {
  const found = attributes.find((one) => one.key === key);
  return found === undefined ? '' : valueText(found.value);
}
