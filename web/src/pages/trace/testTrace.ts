import { decodeTrace, type RawTrace, type Trace } from '../../api/traces';

// Traces for the tests, as the server tells them.

export interface TestSpan { parent?: number; from?: number; to?: number; service?: string; name?: string; kind?: number; failed?: boolean; attributes?: Record<string, string | number | boolean> }

export function testTrace(spans: readonly TestSpan[], more: Partial<RawTrace> = {}): Trace {
  const values: (string | number | boolean)[] = [''];
  const of = (value: string | number | boolean): number => {
    const at = values.findIndex((one) => one === value);
    return at >= 0 ? at : values.push(value) - 1;
  };
  const services = [...new Set(spans.map((span) => span.service ?? 's'))];
  const flat = (entries: Record<string, string | number | boolean>) => Object.entries(entries).flatMap(([key, value]) => [of(key), of(value)]);
  const raw: RawTrace = {
    traceId: 'a1', rootService: services[0] ?? '', rootName: 'root', startUnixNano: '1700000000000000000', durationNanos: Math.max(0, ...spans.map((span) => span.to ?? 0)), spanCount: spans.length, errorCount: spans.filter((span) => span.failed === true).length,
    criticalPath: [], widestWait: null, warnings: [], resources: services.map((service) => flat({ 'service.name': service })), scopes: [],
    spans: {
      id: spans.map((_, row) => (row + 1).toString(16).padStart(16, '0')), parent: spans.map((span) => span.parent ?? -1), resource: spans.map((span) => services.indexOf(span.service ?? 's')), scope: spans.map(() => -1),
      name: spans.map((span, row) => of(span.name ?? `n${row}`)), kind: spans.map((span) => span.kind ?? 2), status: spans.map((span) => (span.failed ? 2 : 0)), message: spans.map(() => 0),
      start: spans.map((span) => span.from ?? 0), end: spans.map((span) => span.to ?? 0), attributes: spans.map((span) => flat(span.attributes ?? {})),
    },
    oddities: [], events: [], links: [], dropped: [], values, ...more,
  };
  return decodeTrace(raw);
}
