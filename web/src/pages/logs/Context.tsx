import { useState } from 'react';
import type { LogRecord } from '../../api/loki';
import { Segmented } from '../../components/Segmented';
import { Failure, Skeleton } from '../../components/states';
import { useText } from '../../messages';
import { useView } from '../../time/view';
import { DEFAULT_QUERY, quote, streamQuery, withStage } from './logql';
import { asking, type Near } from './logsState';
import { RecordRow } from './RecordRow';
import { useContextLines } from './useLogs';

const STEP = 10;
const MOST = 200;
const HOUR_MS = 3_600_000;

/** Where the lines around a record come from, as a query. */
export function nearQuery(record: LogRecord, near: Near): string {
  switch (near) {
    case 'stream':
      return streamQuery(record.labels);
    case 'instance':
      return withStage(streamQuery(record.labels, ['level']), `| service_instance_id=${quote(record.fields['service_instance_id'] ?? '')}`);
    case 'trace':
      return withStage(DEFAULT_QUERY, `| trace_id=${quote(record.fields['trace_id'] ?? '')}`);
    default:
      return streamQuery(record.labels, ['level']);
  }
}

/** The lines before and after a record, oldest first, as they were written. */
export function Context({ record, near }: { record: LogRecord; near: Near }) {
  const t = useText();
  const { setView } = useView();
  const [before, setBefore] = useState(STEP);
  const [after, setAfter] = useState(STEP);
  const query = nearQuery(record, near);
  const lines = useContextLines(record, query, before, after);
  const options: Near[] = ['service', ...(record.fields['service_instance_id'] ? ['instance' as const] : []), ...(record.labels['level'] ? ['stream' as const] : []), ...(record.fields['trace_id'] ? ['trace' as const] : [])];
  const whole = () => setView({ ...asking(query), from: String(Math.floor(record.ms - HOUR_MS / 2)), to: String(Math.ceil(record.ms + HOUR_MS / 2)), open: record.key });
  return (
    <section className="context" aria-label={t.logs.context}>
      <div className="contextbar">
        <Segmented label={t.logs.contextOf} options={options.map((id) => ({ id, text: t.logs.near[id] }))} value={near} choose={(id) => setView({ near: id }, true)} />
        <span className="mute">{t.logs.contextOrder}</span>
        <button type="button" className="linkbutton" onClick={whole}>{t.logs.contextOpen}</button>
      </div>
      {lines.error && !lines.data && <Failure error={lines.error} retry={() => void lines.refetch()} />}
      {!lines.data && !lines.error && <Skeleton lines={6} />}
      {lines.data && (
        <div className="contextlines">
          {lines.data.before.length >= before && before < MOST ? <button type="button" className="linkbutton" onClick={() => setBefore(before + STEP)}>{t.logs.moreBefore(STEP)}</button> : lines.data.before.length < before && <p className="mute">{t.logs.noneBefore}</p>}
          {lines.data.before.map((one) => <RecordRow key={one.key} record={one} open={false} marks={[]} byInstance={near !== 'trace'} />)}
          <div className="this"><RecordRow record={record} open={false} marks={[]} byInstance={near !== 'trace'} /></div>
          {lines.data.after.map((one) => <RecordRow key={one.key} record={one} open={false} marks={[]} byInstance={near !== 'trace'} />)}
          {lines.data.after.length >= after && after < MOST ? <button type="button" className="linkbutton" onClick={() => setAfter(after + STEP)}>{t.logs.moreAfter(STEP)}</button> : lines.data.after.length < after && <p className="mute">{t.logs.noneAfter}</p>}
        </div>
      )}
    </section>
  );
}
