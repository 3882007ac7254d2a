import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { searchSpans } from '../../api/tempo';
import { ODD, valueText, type Attribute, type AttributeValue, type Oddity, type TraceSpan } from '../../api/traces';
import { Icon } from '../../components/icons';
import { ServiceLink } from '../../components/links';
import { Failure, Partial, Skeleton } from '../../components/states';
import { nanos, percent } from '../../format/number';
import { named } from '../../format/text';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockMillis, zoneLabel } from '../../time/zone';
import { fieldOf } from '../traces/traceql';
import { LogLines } from './LogLines';
import { logsQuery, logsWith } from './spanLogs';
import type { TraceState } from './useTraceState';
import { logRange, useTraceLogs } from './useTraceLogs';
import { attributesOf, selfNanos, waits } from './waterfall';

export function SpanDetails({ state }: { state: TraceState }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const { waterfall, chosen, choose, zoom } = state;
  const { trace } = waterfall;
  const span = trace.spans[chosen];
  if (!span) return null;
  const length = span.to - span.from;
  const onPath = (waterfall.segments.get(chosen) ?? []).reduce((sum, one) => sum + one.to - one.from, 0);
  const parent = trace.spans[span.parent];
  const odd = (Object.keys(ODD) as Oddity[]).filter((one) => (span.odd & ODD[one]) !== 0);
  return (
    <aside className="panel spandetails" id="span-details" tabIndex={-1} aria-label={`${span.service} ${span.name}`}>
      <header><h2 title={span.name}>{span.name === '' ? t.trace.noName : named(span.name, 300)}</h2><span className="unit">{named(span.service)} {named(span.version)}</span></header>
      <div className="body">
        <dl className="facts">
          <div><dt>{t.trace.duration}</dt><dd className={span.failed ? 'bad' : ''}>{nanos(length)}</dd><dd className="sub">{percent(length / trace.totalNanos)}</dd></div>
          <div><dt>{t.trace.self}</dt><dd>{nanos(selfNanos(waterfall, chosen))}</dd><dd className="sub">{waits(span) ? t.trace.selfWaiting : t.trace.selfRunning}</dd></div>
        </dl>
        {odd.map((one) => <p key={one} className="hint warn"><Icon name="warn" /><span>{t.trace.thisSpan[one]}{(one === 'orphan' || one === 'cut') && <> <span className="mono">{span.namedParent}</span></>}</span></p>)}
        {span.dropped && <p className="hint"><Icon name="info" /><span>{t.trace.dropped(span.dropped.attributes, span.dropped.events, span.dropped.links)}</span></p>}
        <p className="chips">
          <button type="button" className="btn sm" aria-keyshortcuts="z" onClick={() => zoom({ from: span.from, to: Math.max(span.to, span.from + 1) })}>{t.trace.zoomIn}</button>
          {parent && <button type="button" className="btn sm" onClick={() => choose(parent.row)}>{t.trace.parent}</button>}
        </p>
        <dl className="kv">
          {span.failed && <><dt>{t.trace.status}</dt><dd className="bad">{span.message === '' ? t.trace.failed : span.message}</dd></>}
          <dt>{t.trace.service}</dt><dd>{span.service === '' ? '–' : <ServiceLink name={span.service} />}</dd>
          <dt>{t.trace.pathTime}</dt><dd>{onPath > 0 ? nanos(onPath) : t.trace.offPath}</dd>
          <dt>{t.trace.started}</dt><dd title={t.trace.after(nanos(span.from))}>{clockMillis(trace.startMs + span.from / 1e6, zone)} {zoneLabel(zone)}</dd>
          <dt>{t.trace.kind}</dt><dd>{t.trace.kinds[span.kind]}</dd>
          <dt>{t.trace.spanId}</dt><dd className="mono">{span.spanId}</dd>
          {span.scope !== '' && <><dt>{t.trace.scope}</dt><dd className="mono">{span.scope}</dd></>}
        </dl>
        <Attributes title={t.trace.attributes} scope="span" service={span.service} list={attributesOf(trace, span)} />
        {span.events.length > 0 && <h3 className="sub-h">{t.trace.events}</h3>}
        {span.events.map((event, i) => <div key={i} className="event"><p><span className="mute">{nanos(event.at)}</span> {event.name}</p><Attributes scope="event" service={span.service} list={event.attributes} /></div>)}
        <Links state={state} span={span} />
        <Attributes title={t.trace.resource} scope="resource" service={span.service} list={trace.resources[span.resource] ?? []} />
      </div>
      <SpanLogs key={chosen} state={state} span={span} />
    </aside>
  );
}

/** A dotted name that may break behind its dots. */
const Name = ({ text }: { text: string }) => text.split('.').map((part, i) => <Fragment key={i}>{i > 0 && <>.<wbr /></>}{part}</Fragment>);

/** The literal that TraceQL compares with; what it cannot compare has none. */
function literalOf(value: AttributeValue): string | null {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  return value.kind === 'int' ? value.text : null;
}

function Attributes({ title, scope, service, list }: { title?: string; scope: string; service: string; list: readonly Attribute[] }) {
  const t = useText();
  if (list.length === 0) return null;
  return (
    <>
      {title !== undefined && <h3 className="sub-h">{title}</h3>}
      <dl className="kv attrs">
        {[...list].sort((a, b) => a.key.localeCompare(b.key)).map(({ key, value }, i) => {
          const text = valueText(value);
          const literal = literalOf(value);
          const what = `${key}=${text.slice(0, 80)}`;
          return [
            <dt key={`${key} ${i}`}><Name text={key} /></dt>,
            <dd key={`${key} ${i} v`} className="mono">
              <span>{text}{typeof value === 'object' && value.length !== undefined && <span className="mute"> … {t.trace.cut(value.length)}</span>}</span>
              <span className="acts">
                {literal !== null && <Link to="/traces" search={{ q: `{ ${fieldOf(scope, key)} = ${literal} }` }} aria-label={t.trace.tracesWith(what)} title={t.trace.tracesWith(what)}><Icon name="timeline" className="s" /></Link>}
                {text !== '' && text.length < 500 && <Link to="/logs" search={{ q: logsWith(service, key, text) }} aria-label={t.trace.logsWith(what)} title={t.trace.logsWith(what)}><Icon name="list" className="s" /></Link>}
              </span>
            </dd>,
          ];
        })}
      </dl>
    </>
  );
}

const LINKS_LIMIT = 20;

/** The spans this one names, and on demand those elsewhere that name this trace. */
function Links({ state, span }: { state: TraceState; span: TraceSpan }) {
  const t = useText();
  const window = useTimeWindow();
  const { trace } = state.waterfall;
  const [asked, setAsked] = useState(false);
  const q = `{ link:traceID = "${trace.traceId}" }`;
  const from = useQuery({ queryKey: ['links to', trace.traceId, ...window.key], queryFn: ({ signal }) => { const range = window.resolve(); return searchSpans(q, Math.min(range.fromMs, trace.startMs), range.toMs, LINKS_LIMIT, signal); }, enabled: asked, staleTime: 60_000 });
  return (
    <>
      <h3 className="sub-h">{t.trace.links}</h3>
      {span.links.map((link, i) => (
        <div key={i}>
          <p className="nw">{t.trace.linksTo} <Link className="link mono" to="/traces/$traceId" params={{ traceId: link.traceId }} search={{ span: link.spanId }}>{link.traceId === trace.traceId ? t.trace.thisTrace : link.traceId.slice(0, 16)}</Link> <span className="mute mono">{link.spanId}</span></p>
          <Attributes scope="link" service={span.service} list={link.attributes} />
        </div>
      ))}
      {!asked && <button type="button" className="btn sm" onClick={() => setAsked(true)}>{t.trace.findLinks}</button>}
      {asked && from.error !== null && <Failure error={from.error} retry={() => void from.refetch()} />}
      {from.data?.length === 0 && <p className="soft">{t.trace.noLinks}</p>}
      {from.data?.map((one) => <p key={one.traceId} className="nw">{t.trace.linkedFrom} <Link className="link" to="/traces/$traceId" params={{ traceId: one.traceId }} search={{ span: one.spanId }}>{one.rootService} {one.rootName === '' ? one.traceId.slice(0, 16) : one.rootName}</Link></p>)}
    </>
  );
}

function SpanLogs({ state, span }: { state: TraceState; span: TraceSpan }) {
  const t = useText();
  const { trace } = state.waterfall;
  const [asked, setAsked] = useState(false);
  const logs = useTraceLogs(trace, span.spanId, asked);
  const { fromMs, toMs } = logRange(trace);
  return (
    <section className="spanlogs">
      <div className="body">
        <h3 className="sub-h">{t.trace.logsOfSpan}</h3>
        <p className="chips">
          {!asked && <button type="button" className="btn sm" onClick={() => setAsked(true)}>{t.trace.showSpanLogs}</button>}
          <Link className="btn sm quiet" to="/logs" search={{ q: logsQuery(trace.traceId, span.spanId), from: String(fromMs), to: String(toMs) }}>{t.trace.openLogs}</Link>
        </p>
      </div>
      {asked && (logs.error ? <Failure error={logs.error} retry={() => void logs.refetch()} /> : !logs.data ? <Skeleton lines={3} /> : (
        <>
          <Partial warnings={logs.data.warnings} />
          {logs.data.records.length === 0 ? <p className="body soft">{t.trace.noSpanLogs}</p> : <LogLines trace={trace} records={logs.data.records} />}
        </>
      ))}
    </section>
  );
}
