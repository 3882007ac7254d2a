import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { TraceAnalysis } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { fetchTrace, type TraceSpan } from '../../api/tempo';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Loaded } from '../../components/states';
import { StateWord } from '../../components/StateWord';
import { nanos, percent } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { clockSeconds, zoneLabel } from '../../time/zone';
import { SpanDetails } from './SpanDetails';
import { layoutTrace, whereTimeWent, type Row, type Waterfall } from './waterfall';

export default function Trace() {
  const { traceId } = useParams({ strict: false }) as { traceId: string };
  const spans = useQuery({ queryKey: ['trace', traceId], queryFn: ({ signal }) => fetchTrace(traceId, signal), staleTime: 60_000 });
  const analysis = useQuery({ queryKey: ['trace analysis', traceId], queryFn: ({ signal }) => bongsu.traceAnalysis(traceId, signal), staleTime: 60_000 });
  return <Loaded query={spans}>{(found) => <Detail traceId={traceId} spans={found} analysis={analysis.data ?? null} />}</Loaded>;
}

function Detail({ traceId, spans, analysis }: { traceId: string; spans: TraceSpan[]; analysis: TraceAnalysis | null }) {
  const t = useText();
  const { view, setView } = useView();
  const { zone } = useTimeWindow();
  const waterfall = layoutTrace(spans, analysis?.criticalPath);
  const { rows } = waterfall;
  const failed = rows.filter((row) => row.span.failed);
  const chosen = rows.find((row) => row.span.spanId === view.span) ?? rows.find((row) => row.span.spanId === analysis?.widestWait?.spanId) ?? failed[0] ?? rows[0];
  const onlyCritical = view.path === 'critical';
  const select = (row: Row | undefined) => row && setView({ span: row.span.spanId }, true);
  const step = (list: readonly Row[], by: 1 | -1) => {
    const at = chosen ? list.indexOf(chosen) : -1;
    select(list[(at + by + list.length) % Math.max(1, list.length)]);
  };
  const root = rows[0];
  const wait = analysis?.widestWait ?? null;
  const startMs = Number(waterfall.startNano / 1_000_000n);
  return (
    <>
      <Lead
        over={
          <>
            <StateWord tone={failed.length > 0 ? 'bad' : 'good'}>{failed.length > 0 ? t.trace.failed : t.trace.ok}</StateWord>
            <span className="mono">{traceId.slice(0, 16)}</span>
            <span>{clockSeconds(startMs, zone)} {zoneLabel(zone)}</span>
          </>
        }
        sentence={t.sentence.trace({ name: analysis?.rootName ?? root?.span.name ?? traceId, total: nanos(analysis?.durationNanos ?? waterfall.totalNanos), wait: wait && wait.nanos > waterfall.totalNanos / 10 ? nanos(wait.nanos) : null, peer: wait?.peer ?? '', failed: failed.length })}
        acts={
          <>
            {failed.length > 1 && <button type="button" className="btn" onClick={() => step(failed, -1)}><Icon name="left" className="s" />{t.trace.previousError}</button>}
            {failed.length > 0 && <button type="button" className="btn" onClick={() => step(failed, 1)}>{t.trace.nextError}<Icon name="right" className="s" /></button>}
            <CopyMenu path={`/tempo/api/traces/${traceId}`} />
          </>
        }
      />
      {(analysis?.problems ?? []).length > 0 && <div className="hint warn"><Icon name="warn" /><span><b className="strong">{t.trace.problems}:</b> {analysis?.problems.join('; ')}</span></div>}
      <Strip rows={rows} />
      <div className="grid gside">
        <Panel
          title={t.trace.waterfall}
          unit={t.trace.parts(rows.length, new Set(spans.map((span) => span.service)).size)}
          tools={
            <>
              <button type="button" className="tool" aria-pressed={onlyCritical} onClick={() => setView({ path: onlyCritical ? undefined : 'critical' }, true)}>{onlyCritical ? t.trace.allSpans : t.trace.onlyCritical}</button>
              <button type="button" className="tool" onClick={() => step(rows.filter((row) => row.criticalNanos > 0), 1)}>{t.trace.nextSegment}</button>
            </>
          }
        >
          <Bars waterfall={waterfall} rows={onlyCritical ? rows.filter((row) => row.criticalNanos > 0) : rows} chosen={chosen} select={select} />
          <Key />
        </Panel>
        {chosen && <SpanDetails row={chosen} traceId={traceId} totalNanos={waterfall.totalNanos} startMs={startMs} />}
      </div>
    </>
  );
}

function Strip({ rows }: { rows: readonly Row[] }) {
  const t = useText();
  const parts = whereTimeWent(rows).slice(0, 6);
  const total = parts.reduce((sum, part) => sum + part.nanos, 0);
  if (total === 0) return null;
  const tone = (part: (typeof parts)[number], i: number) => (part.waits ? (part.failed ? 'w' : 'h') : (['a', 'b', ''][Math.min(2, i)] ?? ''));
  const key = (part: (typeof parts)[number], i: number) => (part.waits ? (part.failed ? 'kw' : 'kh') : (['k1', 'kb', ''][Math.min(2, i)] ?? ''));
  return (
    <section className="panel">
      <div className="strip padded" role="img" aria-label={t.trace.where}>{parts.map((part, i) => <i key={`${part.waits} ${part.name}`} className={tone(part, i)} style={{ flex: part.nanos }} />)}</div>
      <div className="key padded">{parts.map((part, i) => <span key={`${part.waits} ${part.name}`}><i className={key(part, i)} />{part.name}, {part.waits ? t.trace.waiting : t.trace.running} <b className="strong">{nanos(part.nanos)}</b> {percent(part.nanos / total)}</span>)}</div>
    </section>
  );
}

const at = (piece: { left: number; width: number }) => ({ left: `${piece.left}%`, width: `${piece.width}%` });

function Bars({ waterfall, rows, chosen, select }: { waterfall: Waterfall; rows: readonly Row[]; chosen: Row | undefined; select: (row: Row) => void }) {
  const t = useText();
  const grid = waterfall.ticks.map((tick) => <span key={tick.nanos} className="grid-l" style={{ left: `${tick.percent}%` }} />);
  return (
    <div className="wf">
      <div className="r head root" style={{ ['--d' as string]: 0 }}>
        <div className="n"><span>{t.trace.head}</span></div>
        <div className="tl">{waterfall.ticks.map((tick, i) => <span key={tick.nanos} className={i % 2 === 1 ? 'tick ph' : 'tick'} style={{ left: `${tick.percent}%` }}>{tick.nanos === 0 ? '0' : nanos(tick.nanos)}</span>)}{grid}</div>
      </div>
      {rows.map((row) => {
        const { span } = row;
        const state = `${row.hasChildren ? 'par' : row.waits ? 'wait' : ''} ${span.failed && !row.hasChildren ? 'err' : ''}`;
        return (
          <button
            key={span.spanId}
            type="button"
            data-row
            className={`r ${row.criticalNanos > 0 ? 'cp' : ''} ${row === chosen ? 'sel' : ''} ${row.depth === 0 ? 'root' : ''}`}
            style={{ ['--d' as string]: Math.min(row.depth, 14) }}
            aria-pressed={row === chosen}
            onClick={() => select(row)}
          >
            <span className={span.kind === 'internal' ? 'n int' : 'n'}>{span.failed && <Icon name="bad" className="no" />}<b>{span.service}</b><span>{span.name}</span></span>
            <span className="tl">
              {grid}
              <span className={`bar ${state}`} style={at(row.bar)} />
              {row.self.map((piece) => <span key={piece.left} className="bar self" style={at(piece)} />)}
              {row.critical.map((piece) => <span key={piece.left} className="cpl" style={at(piece)} />)}
              <span className="dur" style={{ left: `${row.bar.left + row.bar.width}%` }}>{nanos(row.toNanos - row.fromNanos)}</span>
            </span>
          </button>
        );
      })}
    </div>
  );
}

function Key() {
  const t = useText();
  return (
    <footer className="rule key">
      <span><i className="k1" />{t.trace.running}</span><span><i className="k4" />{t.trace.inCallee}</span><span><i className="k2" />{t.trace.waiting}</span><span><i className="kw" />{t.trace.waitingFailed}</span><span><i />{t.trace.off}</span><span><i className="k3" />{t.trace.critical}</span>
    </footer>
  );
}
