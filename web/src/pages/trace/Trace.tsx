import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { bongsu } from '../../api/client';
import { ApiFailure } from '../../api/http';
import { metricsOnce } from '../../api/tempo';
import { fetchTrace, ODD, type Oddity, type Trace as TraceData } from '../../api/traces';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Loaded, Partial, Skeleton } from '../../components/states';
import { StateWord } from '../../components/StateWord';
import { useDraft } from '../../components/useDraft';
import { count, nanos, percent, seconds } from '../../format/number';
import { named } from '../../format/text';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockSeconds, zoneLabel } from '../../time/zone';
import { writeArea } from '../traces/cells';
import { EMPTY_FORM, writeForm } from '../traces/traceql';
import { Bars } from './Bars';
import { insides } from './folding';
import { LogLines } from './LogLines';
import { Minimap } from './Minimap';
import { SpanDetails } from './SpanDetails';
import { logsQuery, marksOfLogs, type LogMark } from './spanLogs';
import { LOG_LIMIT, logRange, useTraceLogs } from './useTraceLogs';
import { useTraceState, type TraceState } from './useTraceState';
import { pathStep, peerOf, whereTimeWent } from './waterfall';

const HOUR_MS = 3_600_000;
const NO_LOGS: ReadonlyMap<number, readonly LogMark[]> = new Map();

export default function Trace() {
  const { traceId } = useParams({ strict: false }) as { traceId: string };
  const trace = useQuery({ queryKey: ['trace', traceId], queryFn: ({ signal }) => fetchTrace(traceId, signal), staleTime: 60_000 });
  if (trace.error instanceof ApiFailure && trace.error.status === 404 && !trace.data) return <Missing traceId={traceId} />;
  if (trace.error instanceof ApiFailure && trace.error.status === 400 && !trace.data) return <NoTraceId text={traceId} />;
  return <Loaded query={trace}>{(found) => <Detail trace={found} />}</Loaded>;
}

/** An address that names no trace: cut when it was copied, or of something else. */
function NoTraceId({ text }: { text: string }) {
  const t = useText();
  return (
    <>
      <Lead over={<span className="mono">{text}</span>} sentence={t.trace.noTraceId} />
      <section className="panel"><Empty title={t.trace.noTraceIdWhy}><Link className="btn sm" to="/traces">{t.trace.searchTraces}</Link></Empty></section>
    </>
  );
}

function Missing({ traceId }: { traceId: string }) {
  const t = useText();
  // What sampling decided is a help when it is known, and no reason to complain when it is not.
  const sampling = useQuery({ queryKey: ['sampling of', traceId], queryFn: ({ signal }) => bongsu.sampling(traceId, signal), retry: false });
  const told = sampling.data?.trace?.state === 'dropped' ? t.trace.sampledAway(sampling.data.trace.policy) : t.trace.missingWhy;
  return (
    <>
      <Lead over={<span className="mono">{traceId}</span>} sentence={t.trace.missing} />
      <section className="panel"><Empty title={told}><span>{t.trace.missingNext}</span><Link className="btn sm" to="/logs" search={{ q: logsQuery(traceId) }}>{t.trace.searchLogs}</Link></Empty></section>
    </>
  );
}

function Detail({ trace }: { trace: TraceData }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const state = useTraceState(trace);
  const { waterfall, showsLogs } = state;
  const logs = useTraceLogs(trace, undefined, showsLogs);
  const marks = logs.data ? marksOfLogs(trace, logs.data.records) : NO_LOGS;
  const wait = trace.widestWait !== null && trace.widestWait.nanos > trace.totalNanos / 10 ? trace.widestWait : null;
  const waiting = wait && trace.spans[wait.row];
  const parts = whereTimeWent(waterfall);
  const onPath = parts.reduce((sum, part) => sum + part.nanos, 0);
  return (
    <>
      <Lead
        over={
          <>
            <StateWord tone={trace.errorCount > 0 ? 'bad' : 'good'}>{trace.errorCount > 0 ? t.trace.failed : t.trace.ok}</StateWord>
            <span className="mono">{trace.traceId}</span>
            <span>{clockSeconds(trace.startMs, zone)} {zoneLabel(zone)}</span>
          </>
        }
        sentence={t.trace.sentence({ name: trace.rootName === '' ? t.trace.noName : named(trace.rootName), totalNanos: trace.totalNanos, waitNanos: wait?.nanos ?? null, peer: named(wait?.peer || (waiting ? peerOf(waterfall, waiting) : '')), failed: trace.errorCount })}
        acts={<Actions state={state} />}
        dock={<Compare trace={trace} />}
      >
        <p>{t.trace.path(parts.slice(0, 3).map((part) => ({ name: named(part.name), waits: part.waits, share: part.nanos / Math.max(1, onPath) })))} <Usual trace={trace} /></p>
        <WhyKept traceId={trace.traceId} />
      </Lead>
      <Partial warnings={trace.warnings} />
      <Oddities state={state} />
      <Strip parts={parts} total={onPath} choose={state.choose} />
      <div className="grid gside">
        <Panel title={t.trace.waterfall} unit={t.trace.parts(trace.spans.length, waterfall.services.length)} tools={<Tools state={state} />} footer={<Key />}>
          <Finder state={state} />
          <Minimap waterfall={waterfall} view={state.view} isZoomed={state.isZoomed} zoom={state.zoom} />
          <Bars state={state} logs={marks} label={t.trace.tree} />
        </Panel>
        <SpanDetails state={state} />
      </div>
      {showsLogs && (
        <Panel title={t.trace.logsOfTrace} unit={logs.data && (logs.data.records.length >= LOG_LIMIT ? t.trace.logsLimited(LOG_LIMIT) : count(logs.data.records.length))} tools={<Link to="/logs" search={{ q: logsQuery(trace.traceId), from: String(logRange(trace).fromMs), to: String(logRange(trace).toMs) }}>{t.trace.openLogs}</Link>}>
          {logs.error ? <Failure error={logs.error} retry={() => void logs.refetch()} /> : !logs.data ? <Skeleton lines={4} /> : (
            <>
              <Partial warnings={logs.data.warnings} />
              {logs.data.records.length === 0 ? <Empty title={t.trace.noLogs} code={logsQuery(trace.traceId)} /> : <LogLines trace={trace} records={logs.data.records} choose={state.choose} />}
            </>
          )}
        </Panel>
      )}
    </>
  );
}

/** Which policy kept the trace and why then, as long as sampling remembers it; nothing where all are kept. */
function WhyKept({ traceId }: { traceId: string }) {
  const t = useText();
  const { data } = useQuery({ queryKey: ['sampling of', traceId], queryFn: ({ signal }) => bongsu.sampling(traceId, signal), retry: false, staleTime: 10_000 });
  const found = data?.trace;
  if (!found) return null;
  if (found.state === 'undecided') return found.decidedInMs === null ? null : <p className="soft">{t.trace.undecidedYet(seconds(Math.max(1, found.decidedInMs / 1000)))}</p>;
  if (found.state !== 'kept' || found.policy === null) return null;
  const isOwn = data.policies.some((policy) => policy.name === found.policy && policy.type === '');
  return <p className="soft">{t.trace.keptBecause(found.policy, isOwn, found.reason)} <Link className="link" to="/storage">{t.trace.sampling}</Link></p>;
}

/** How long requests like this one usually take, so that its length means something. */
function Usual({ trace }: { trace: TraceData }) {
  const t = useText();
  const like = trace.rootService === '' || trace.rootName === '' ? null : writeForm({ ...EMPTY_FORM, service: trace.rootService, name: trace.rootName });
  const range = { fromMs: trace.startMs - HOUR_MS / 2, toMs: trace.startMs + HOUR_MS / 2 };
  const usual = useQuery({
    queryKey: ['usual', like, Math.floor(trace.startMs / 60_000)],
    queryFn: async ({ signal }) => {
      const [median, all] = await Promise.all([`${like ?? ''} | quantile_over_time(duration, .5)`, `${like ?? ''} | count_over_time()`].map((q) => metricsOnce(q, range.fromMs, range.toMs, signal)));
      return { seconds: median?.rows[0]?.value ?? null, n: all?.rows[0]?.value ?? 0 };
    },
    enabled: like !== null && !like.includes('http.route'),
    staleTime: 300_000,
  });
  if (usual.data === undefined || usual.data.seconds === null || usual.data.n < 3) return null;
  return <Link className="q" to="/traces" search={{ q: like ?? '', from: String(Math.floor(range.fromMs)), to: String(Math.ceil(range.toMs)) }}>{t.trace.usual(seconds(usual.data.seconds), count(usual.data.n))}</Link>;
}

/** Requests of the same root around this one, with those at least as slow marked: what do the slow ones share? */
function Compare({ trace }: { trace: TraceData }) {
  const t = useText();
  const q = trace.rootService === '' || trace.rootName.startsWith('/') ? writeForm({ ...EMPTY_FORM, service: trace.rootService }) : writeForm({ ...EMPTY_FORM, service: trace.rootService, name: trace.rootName });
  const range = { fromMs: Math.floor(trace.startMs - HOUR_MS / 2), toMs: Math.ceil(trace.startMs + HOUR_MS / 2) };
  const low = 2 ** Math.floor(Math.log2(trace.totalNanos));
  return <Link className="btn primary" to="/traces" search={{ q, from: String(range.fromMs), to: String(range.toMs), only: writeArea({ ...range, lowNanos: low, highNanos: null }) }}>{t.trace.compare}</Link>;
}

function Actions({ state }: { state: TraceState }) {
  const t = useText();
  const { waterfall, chosen, choose } = state;
  const { failed, trace } = waterfall;
  const step = (by: 1 | -1) => {
    const at = failed.indexOf(chosen);
    const next = failed[at < 0 ? (by === 1 ? 0 : failed.length - 1) : (at + by + failed.length) % failed.length];
    if (next !== undefined) choose(next);
  };
  return (
    <>
      {failed.length > 1 && <button type="button" className="btn" onClick={() => step(-1)}><Icon name="left" className="s" />{t.trace.previousError}</button>}
      {failed.length > 0 && <button type="button" className="btn" onClick={() => step(1)}>{t.trace.nextError}<Icon name="right" className="s" /></button>}
      <CopyMenu path={`/tempo/api/traces/${trace.traceId}`} />
      <Compare trace={trace} />
    </>
  );
}

/** What is wrong with the trace as it was recorded, each with the way to the first such span. */
function Oddities({ state }: { state: TraceState }) {
  const t = useText();
  const { trace, order } = state.waterfall;
  const kinds = (Object.keys(ODD) as Oddity[]).map((kind) => ({ kind, rows: order.filter((row) => ((trace.spans[row]?.odd ?? 0) & ODD[kind]) !== 0) })).filter(({ rows }) => rows.length > 0);
  const isCut = trace.spanCount > trace.spans.length;
  if (kinds.length === 0 && !isCut) return null;
  return (
    <div className="hint warn oddities">
      <Icon name="warn" />
      <div>
        <b className="strong">{t.trace.incomplete}</b>
        <ul>
          {isCut && <li>{t.trace.cutSpans(trace.spans.length, trace.spanCount)} <a className="link" href={`/tempo/api/traces/${trace.traceId}`}>{t.trace.json}</a></li>}
          {kinds.map(({ kind, rows }) => <li key={kind}>{t.trace.problem[kind](rows.length)} <button type="button" className="linkbutton" onClick={() => state.choose(rows[(rows.indexOf(state.chosen) + 1) % rows.length] ?? 0)}>{t.trace.showOdd}</button></li>)}
        </ul>
      </div>
    </div>
  );
}

function Strip({ parts: all, total, choose }: { parts: ReturnType<typeof whereTimeWent>; total: number; choose: (row: number) => void }) {
  const t = useText();
  const parts = all.slice(0, 6);
  if (total === 0) return null;
  const running = parts.filter((part) => !part.waits);
  const shade = (part: (typeof parts)[number]) => (part.waits ? (part.failed ? 'w' : 'h') : (['a', 'b', ''][Math.min(2, running.indexOf(part))] ?? ''));
  const rest = total - parts.reduce((sum, part) => sum + part.nanos, 0);
  const key = { w: 'kw', h: 'kh', a: 'k1', b: 'kb' } as Record<string, string>;
  return (
    <section className="panel">
      <div className="strip padded" role="img" aria-label={t.trace.where}>{parts.map((part) => <i key={`${part.waits} ${part.name}`} className={shade(part)} style={{ flex: part.nanos }} />)}{rest > 0 && <i style={{ flex: rest }} />}</div>
      <div className="key padded">
        {parts.map((part) => (
          <button type="button" key={`${part.waits} ${part.name}`} onClick={() => choose(part.row)}><i className={key[shade(part)] ?? ''} />{named(part.name)}, {part.waits ? t.trace.waiting : t.trace.running} <b className="strong">{nanos(part.nanos)}</b> {percent(part.nanos / total)}</button>
        ))}
      </div>
    </section>
  );
}

function Tools({ state }: { state: TraceState }) {
  const t = useText();
  const { onlyPath, showsLogs, isZoomed, folded, waterfall, chosen } = state;
  const step = (by: 1 | -1) => {
    const row = pathStep(waterfall, chosen, by);
    if (row !== null) state.choose(row);
  };
  return (
    <>
      <button type="button" className="tool" aria-pressed={onlyPath} onClick={() => state.setOnlyPath(!onlyPath)}>{t.trace.onlyPath}</button>
      <button type="button" className="tool" aria-keyshortcuts="p" onClick={() => step(-1)}>{t.trace.previous} <kbd>p</kbd></button>
      <button type="button" className="tool" aria-keyshortcuts="n" onClick={() => step(1)}>{t.trace.next} <kbd>n</kbd></button>
      <button type="button" className="tool" onClick={() => state.fold(folded.size > 0 ? new Set() : insides(waterfall))}>{folded.size > 0 ? t.trace.unfoldAll : t.trace.foldAll}</button>
      <button type="button" className="tool" aria-pressed={showsLogs} onClick={() => state.showLogs(!showsLogs)}>{showsLogs ? t.trace.hideLogs : t.trace.showLogs}</button>
      {isZoomed && <button type="button" className="tool" aria-keyshortcuts="0" onClick={() => state.zoom(null)}>{t.trace.zoomOut} <kbd>0</kbd></button>}
    </>
  );
}

function Finder({ state }: { state: TraceState }) {
  const t = useText();
  const [draft, setDraft] = useDraft(state.text);
  const { found, chosen, choose, search } = state;
  const at = found.indexOf(chosen);
  const step = (by: 1 | -1) => {
    if (found.length === 0) return;
    choose(found[at < 0 ? (by === 1 ? 0 : found.length - 1) : (at + by + found.length) % found.length] ?? 0);
  };
  return (
    <form className="findrow" role="search" onSubmit={(event) => { event.preventDefault(); if (draft.trim() === state.text) step(1); else search(draft.trim()); }}>
      <label className="field"><Icon name="search" /><span className="sr">{t.trace.find}</span>
        <input data-search value={draft} placeholder={`${t.trace.find}: ${t.trace.findHint}`} spellCheck={false} autoComplete="off" onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') search('');
            if (event.key === 'Enter' && event.shiftKey) {
              event.preventDefault();
              step(-1);
            }
          }} />
        {state.text !== '' && <span className="mute nw" role="status">{t.trace.found(at + 1, found.length)}</span>}
      </label>
      {found.length > 0 && <><button type="button" className="btn icon" aria-label={t.trace.previousFound} onClick={() => step(-1)}><Icon name="left" /></button><button type="button" className="btn icon" aria-label={t.trace.nextFound} onClick={() => step(1)}><Icon name="right" /></button></>}
    </form>
  );
}

function Key() {
  const t = useText();
  return (
    <span className="key">
      <span><i className="k1" />{t.trace.running}</span><span><i className="k2" />{t.trace.waiting}</span><span><i className="k4" />{t.trace.inCallee}</span><span><i className="kerr" />{t.trace.waitingFailed}</span><span><i />{t.trace.off}</span><span><i className="k3" />{t.trace.critical}</span><span><i className="kev" />{t.trace.eventMark}</span><span><i className="klog" />{t.trace.logMark}</span>
    </span>
  );
}
