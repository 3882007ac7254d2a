import { useQuery } from '@tanstack/react-query';
import { queryLogs } from '../../api/loki';
import type { Trace } from '../../api/traces';
import { logsQuery } from './spanLogs';

// Clocks of a log's and a span's sender differ, and a line may be written after its span has ended.
const MARGIN_MS = 60_000;
export const LOG_LIMIT = 1000;

export const logRange = (trace: Trace): { fromMs: number; toMs: number } => ({ fromMs: Math.floor(trace.startMs - MARGIN_MS), toMs: Math.ceil(trace.startMs + trace.totalNanos / 1e6 + MARGIN_MS) });

/** Log records of a trace, or of one span of it, oldest first; asked for only when somebody wants to see them. */
export function useTraceLogs(trace: Trace, spanId: string | undefined, enabled: boolean) {
  return useQuery({
    queryKey: ['trace logs', trace.traceId, spanId ?? ''],
    queryFn: async ({ signal }) => {
      const { fromMs, toMs } = logRange(trace);
      const answer = await queryLogs(logsQuery(trace.traceId, spanId), fromMs, toMs, LOG_LIMIT, signal);
      return { ...answer, records: answer.records.toReversed() };
    },
    enabled,
    staleTime: 30_000,
  });
}
