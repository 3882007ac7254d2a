import type { Trace, TraceSpan } from '../../api/traces';
import type { LogRecord } from '../../api/loki';

/** A log record on the time line of its span. */
export interface LogMark { at: number; level: string }

const hex = (id: string): string => id.replace(/[^0-9a-fA-F]/g, '');

/** LogQL for the records that carry a trace id, or that and the id of one span. */
export function logsQuery(traceId: string, spanId?: string): string {
  return `{service_name=~".+"} | trace_id="${hex(traceId)}"${spanId === undefined ? '' : ` | span_id="${hex(spanId)}"`}`;
}

/** A field of a span as LogQL filters by it: dots and dashes are underscores there. */
export const logsWith = (service: string, key: string, value: string): string =>
  `{service_name=${service === '' ? '~".+"' : JSON.stringify(service)}} | ${key.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(\d)/, '_$1')}=${JSON.stringify(value)}`;

/** The rows of spans by id; of ids that several have, the first. */
export function rowsBySpanId(trace: Trace): ReadonlyMap<string, number> {
  return new Map(trace.spans.toReversed().map((span) => [span.spanId, span.row]));
}

export const spanOf = (trace: Trace, rows: ReadonlyMap<string, number>, record: LogRecord): TraceSpan | undefined => {
  const row = rows.get((record.fields['span_id'] ?? record.labels['span_id'] ?? '').toLowerCase());
  return row === undefined ? undefined : trace.spans[row];
};

/** Ns from the start of the trace; ms are enough, for that is what the page draws. */
export const offsetOf = (trace: Trace, record: LogRecord): number => Math.round((record.ms - trace.startMs) * 1e6);

/** Where the records stand on the waterfall. */
export function marksOfLogs(trace: Trace, records: readonly LogRecord[]): ReadonlyMap<number, readonly LogMark[]> {
  const rows = rowsBySpanId(trace);
  const marks = new Map<number, LogMark[]>();
  for (const record of records) {
    const span = spanOf(trace, rows, record);
    if (!span) continue;
    const known = marks.get(span.row);
    const mark = { at: offsetOf(trace, record), level: record.level };
    if (known) known.push(mark);
    else marks.set(span.row, [mark]);
  }
  return marks;
}
