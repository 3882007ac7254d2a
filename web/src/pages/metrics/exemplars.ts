import type { Exemplar } from '../../api/prometheus';
import type { Range } from '../../time/range';

/** An exemplar that leads to a trace. */
export interface TraceExemplar { traceId: string; spanId?: string | undefined; atMs: number; value: number; labels: Record<string, string> }

export const MAX_DOTS = 100;

/** The exemplars with a trace id inside the range, thinned to the highest of each hundredth of the time: the outliers are what one looks for. */
export function pickExemplars(exemplars: readonly Exemplar[], range: Range, most = MAX_DOTS): TraceExemplar[] {
  const slots = new Map<number, TraceExemplar>();
  for (const one of exemplars) {
    const traceId = traceIdOf(one.labels);
    if (traceId === null || one.atMs < range.fromMs || one.atMs > range.toMs || !Number.isFinite(one.value)) continue;
    const slot = Math.min(most - 1, Math.floor(((one.atMs - range.fromMs) / (range.toMs - range.fromMs)) * most));
    const before = slots.get(slot);
    if (!before || one.value > before.value) slots.set(slot, { traceId, spanId: spanIdOf(one.labels), atMs: one.atMs, value: one.value, labels: one.seriesLabels });
  }
  return [...slots.values()].sort((a, b) => a.atMs - b.atMs);
}

function traceIdOf(labels: Readonly<Record<string, string>>): string | null {
  const id = (labels['trace_id'] ?? labels['traceID'] ?? labels['traceId'] ?? labels['TraceID'] ?? '').toLowerCase();
  return /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(id) ? id : null;
}

function spanIdOf(labels: Readonly<Record<string, string>>): string | undefined {
  const id = (labels['span_id'] ?? labels['spanID'] ?? labels['spanId'] ?? labels['SpanID'] ?? '').toLowerCase();
  return /^[0-9a-f]{16}$/.test(id) ? id : undefined;
}
