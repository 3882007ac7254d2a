import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryLogs } from '../../api/loki';
import { Icon } from '../../components/icons';
import { levelTone } from '../../components/logLevel';
import { Failure, Skeleton } from '../../components/states';
import { nanos, percent } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockMillis, zoneLabel } from '../../time/zone';
import type { Row } from './waterfall';

const LOG_MARGIN_MS = 60_000;

export function SpanDetails({ row, traceId, totalNanos, startMs }: { row: Row; traceId: string; totalNanos: number; startMs: number }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const { span } = row;
  const length = row.toNanos - row.fromNanos;
  const pairs = (of: Record<string, string>) => Object.entries(of).sort(([a], [b]) => a.localeCompare(b)).map(([key, value]) => [<dt key={key}>{key}</dt>, <dd key={`${key} v`} className="mono">{value}</dd>]);
  return (
    <aside className="panel">
      <header><h2>{span.name}</h2><span className="unit">{span.service} {span.resource['service.version'] ?? ''}</span></header>
      <div className="body">
        <dl className="facts">
          <div><dt>{t.trace.duration}</dt><dd className={span.failed ? 'bad' : ''}>{nanos(length)}</dd></div>
          <div><dt>{t.trace.shareOfTrace}</dt><dd>{percent(totalNanos > 0 ? length / totalNanos : 0)}</dd><dd className="sub">{row.criticalNanos > 0 ? t.trace.onPath(nanos(row.criticalNanos)) : t.trace.offPath}</dd></div>
        </dl>
        <dl className="kv">
          {span.failed && <><dt>{t.trace.status}</dt><dd className="bad">{span.statusMessage === '' ? t.trace.failed : span.statusMessage}</dd></>}
          <dt>{t.trace.started}</dt><dd>{clockMillis(Number(span.startNano / 1000n) / 1000, zone)} {zoneLabel(zone)}</dd>
          <dt>{t.trace.kind}</dt><dd>{t.trace.kinds[span.kind]}</dd>
          {pairs(span.attributes)}
        </dl>
        {span.events.length > 0 && <h3 className="sub-h">{t.trace.events}</h3>}
        {span.events.map((event, i) => <dl className="kv" key={i}><dt>{clockMillis(Number(event.atNano / 1000n) / 1000, zone)}</dt><dd>{event.name}</dd>{pairs(event.attributes)}</dl>)}
        <h3 className="sub-h">{t.trace.resource}</h3>
        <dl className="kv">{pairs(span.resource)}</dl>
        <h3 className="sub-h">{t.trace.logs}</h3>
      </div>
      <TraceLogs traceId={traceId} spanId={span.spanId} startMs={startMs} endMs={startMs + totalNanos / 1e6} />
    </aside>
  );
}

function TraceLogs({ traceId, spanId, startMs, endMs }: { traceId: string; spanId: string; startMs: number; endMs: number }) {
  const t = useText();
  const query = `{service_name=~".+"} | trace_id="${traceId.replace(/[^0-9a-fA-F]/g, '')}"`;
  const range = { fromMs: startMs - LOG_MARGIN_MS, toMs: endMs + LOG_MARGIN_MS };
  const logs = useQuery({ queryKey: ['trace logs', traceId], queryFn: ({ signal }) => queryLogs(query, range.fromMs, range.toMs, 200, signal), staleTime: 60_000 });
  if (logs.error) return <Failure error={logs.error} retry={() => void logs.refetch()} />;
  if (!logs.data) return <Skeleton lines={3} />;
  const records = [...logs.data.records].reverse();
  const own = records.filter((record) => record.fields['span_id'] === spanId);
  const shown = (own.length > 0 ? own : records).slice(0, 20);
  return (
    <>
      <div className="log">
        {shown.length === 0 && <p className="body soft">{t.trace.noLogs}</p>}
        {shown.map((record) => (
          <div className="l two" key={record.key}>
            <span className={`lv ${levelTone(record.level)}`}><span className="sr">{record.level}</span><Icon name={levelTone(record.level) === 'bad' ? 'bad' : levelTone(record.level) === 'warn' ? 'warn' : 'info'} /></span>
            <span className="m">{record.line}</span>
          </div>
        ))}
      </div>
      <p className="body"><Link className="btn sm" to="/logs" search={{ q: query, from: String(Math.floor(range.fromMs)), to: String(Math.ceil(range.toMs)) }}>{t.trace.allLogs}</Link></p>
    </>
  );
}
