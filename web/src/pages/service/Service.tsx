import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Dependency, ServiceDetail, SplitRow } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { firingBands, markersOf } from '../../components/chart/markers';
import { TimeChart, type ChartLine } from '../../components/chart/TimeChart';
import { tracesOfError } from '../../components/errorTraces';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton, QueryLink, ServiceLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { FigureCell } from '../../components/ServiceTable';
import { Empty, Loaded, Partial } from '../../components/states';
import { ServiceStateWord } from '../../components/StateWord';
import { Ago, When } from '../../components/When';
import { DASH, number3, percent, rate, seconds } from '../../format/number';
import { useText } from '../../messages';
import { useNow, useTimeWindow } from '../../time/view';

export default function Service() {
  const { name } = useParams({ strict: false }) as { name: string };
  const window = useTimeWindow();
  const query = useQuery({
    queryKey: ['service', name, ...window.key],
    queryFn: ({ signal }) => {
      const range = window.resolve();
      return bongsu.service(name, { from: range.fromMs, to: range.toMs }, window.step(range), signal);
    },
    refetchInterval: window.everyMs,
  });
  return <Loaded query={query}>{(detail) => <Detail detail={detail} />}</Loaded>;
}

function Detail({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  const { row } = detail;
  return (
    <>
      <Top detail={detail} />
      <Partial warnings={detail.warnings} />
      <nav className="tabs" aria-label={row.name}>
        <a href="#main" aria-current="page">{t.service.overview}</a>
        <Link to="/traces" search={{ service: row.name }}>{t.service.traces}</Link>
        <Link to="/logs" search={{ q: `{service_name=${JSON.stringify(row.name)}}` }}>{t.service.logs}</Link>
        {detail.slos.map((slo) => (
          <Link key={slo.id} to="/slos/$id" params={{ id: slo.id }}>{slo.budgetLeft === null ? slo.name : slo.budgetLeft < 0 ? t.service.sloGone(slo.name) : t.service.slo(slo.name, percent(slo.budgetLeft))}</Link>
        ))}
        {detail.runbook !== null && <Link to="/runbooks/$name" params={{ name: runbookName(detail.runbook) }}>{t.service.runbook}</Link>}
      </nav>
      <RedCharts detail={detail} />
      <div className="grid g53 stretch">
        <Routes detail={detail} />
        <Splits title={t.service.versions} head={t.table.version} rows={detail.versions} />
      </div>
      <div className="grid g2 stretch">
        <Dependencies rows={detail.dependencies} />
        <Splits title={t.service.instances} head={t.table.instance} rows={detail.instances} />
      </div>
      <div className="grid g2 stretch">
        <Errors detail={detail} />
        <Releases detail={detail} />
      </div>
    </>
  );
}

export const runbookName = (text: string): string => text.replace(/^.*\//, '').replace(/\.md$/, '');

function Top({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  const now = useNow(10_000);
  const { row } = detail;
  const incident = detail.incidents.find((one) => one.status !== 'resolved');
  const stands = row.standsOut;
  const room = incident && <Link className="btn primary" to="/incidents/$id" params={{ id: incident.id }}>{t.now.openRoom}</Link>;
  const traces = <Link className={incident ? 'btn' : 'btn primary'} to="/traces" search={{ service: row.name, status: 'error' }}>{t.service.openTraces}</Link>;
  return (
    <Lead
      over={
        <>
          <ServiceStateWord row={row} />
          {incident && <Link className="link" to="/incidents/$id" params={{ id: incident.id }}>INC-{incident.number}</Link>}
          {detail.owner !== null && <span>{t.service.owner(detail.owner)}</span>}
          <span className="mute">{[row.version, row.environment, row.namespace].filter((part) => part !== null && part !== '').join(', ')}</span>
        </>
      }
      sentence={t.sentence.service({
        name: row.name, state: row.state, ratio: row.errorRatio.value, p95Seconds: row.p95Seconds.value, slow: stands?.code === 'latencyP95',
        release: incident?.cause?.release ?? null, silentMs: row.lastSeenMs === null ? null : now - row.lastSeenMs,
      })}
      acts={<><CopyMenu path={`/bongsu/v1/services/${encodeURIComponent(row.name)}`} />{traces}{room}</>}
      {...(room ? { dock: room } : {})}
    >
      <p>{[stands ? t.standsOut(stands, now) : '', row.redSource === 'none' ? row.redSourceDetail : t.service.source(row.redSourceDetail === '' ? row.redSource : row.redSourceDetail)].filter((part) => part !== '').join('. ')}</p>
    </Lead>
  );
}

function RedCharts({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  const shared = { fromMs: detail.fromMs, toMs: detail.toMs, markers: markersOf(detail.releases, detail.firing, detail.incidents, t.marker.alert), bands: firingBands(detail.firing, detail.toMs), height: 190 };
  const line = (series: { times: number[]; values: (number | null)[] }, name: string, tone: ChartLine['tone'], area = false): ChartLine => ({ ...series, name, tone, area });
  const tool = (query: string) => <QueryLink query={query} className="">{t.copy.queryLink}</QueryLink>;
  return (
    <div className="grid g3">
      <Panel title={t.service.requests} unit={t.service.perSecond} tools={tool(detail.rate.query)}>
        <TimeChart label={t.service.requests} lines={[line(detail.rate, '', 'd1')]} format={rate} gutter={58} {...shared} />
      </Panel>
      <Panel title={t.service.errors} unit={t.service.ofRequests} tools={tool(detail.errorRatio.query)}>
        <TimeChart label={t.service.errors} lines={[line(detail.errorRatio, '', 'badl', true)]} format={percent} gutter={62} {...shared} />
      </Panel>
      <Panel title={t.service.duration} unit={t.service.quantiles} tools={tool(detail.p95.query)}>
        <TimeChart label={t.service.duration} lines={[line(detail.p95, 'p95', 'd1'), line(detail.p99, 'p99', 'd2'), line(detail.p50, 'p50', 'd3')]} format={seconds} gutter={78} {...shared} />
      </Panel>
    </div>
  );
}

function Routes({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  const rows = detail.routes;
  return (
    <Panel title={t.service.routes} unit={t.service.byTime} tools={<CsvButton name={`${detail.row.name}-routes`} head={['method', 'route', 'rate_per_s', 'error_ratio', 'p95_s', 'time_share']} rows={() => rows.map((row) => [row.method, row.route, row.rate.value, row.errorRatio.value, row.p95Seconds.value, row.timeShare])} />}>
      {rows.length === 0 ? <Empty title={t.service.none} /> : (
        <div className="scroll">
          <table>
            <thead><tr><th>{t.table.route}</th><th className="r ph">{t.table.rate} <small>/s</small></th><th className="r">{t.table.errors} <small>%</small></th><th className="r">p95 <small>ms</small></th><th className="r ph">{t.table.time} <small>%</small></th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.method} ${row.route}`} data-row>
                  <td className="mono clip"><Link className="name light" to="/traces" search={{ service: detail.row.name, name: `${row.method} ${row.route}`.trim() }}>{`${row.method} ${row.route}`.trim()}</Link></td>
                  <FigureCell figure={row.rate} className="ph" />
                  <FigureCell figure={row.errorRatio} factor={100} tone={(row.errorRatio.value ?? 0) >= 0.05 ? 'bad' : (row.errorRatio.value ?? 0) >= 0.01 ? 'warn' : ''} />
                  <FigureCell figure={row.p95Seconds} factor={1000} />
                  <td className="r ph">{row.timeShare === null ? DASH : number3(row.timeShare * 100)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Splits({ title, head, rows }: { title: string; head: string; rows: readonly SplitRow[] }) {
  const t = useText();
  const best = Math.min(...rows.map((row) => row.errorRatio.value ?? Infinity));
  const worse = (row: SplitRow) => ((row.errorRatio.value ?? 0) > 0.01 && (row.errorRatio.value ?? 0) > best * 3 ? 'bad' : '');
  return (
    <Panel title={title} unit={String(rows.length)}>
      {rows.length === 0 ? <Empty title={t.service.none} /> : (
        <div className="scroll">
          <table>
            <thead><tr><th>{head}</th><th className="r ph">{t.table.rate} <small>/s</small></th><th className="r">{t.table.errors} <small>%</small></th><th className="r">p95 <small>ms</small></th><th className="r ph">{t.table.firstSeen}</th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.value} data-row>
                  <td className="clip">{row.value}</td>
                  <FigureCell figure={row.rate} className="ph" />
                  <FigureCell figure={row.errorRatio} factor={100} tone={worse(row)} />
                  <FigureCell figure={row.p95Seconds} factor={1000} />
                  <td className="r ph u">{row.firstSeenMs === null ? DASH : <Ago ms={row.firstSeenMs} bare />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Dependencies({ rows }: { rows: readonly Dependency[] }) {
  const t = useText();
  const part = (direction: 'in' | 'out', title: string) => {
    const chosen = rows.filter((row) => row.direction === direction);
    if (chosen.length === 0) return null;
    return (
      <>
        <tr><th>{title}</th><th className="ph">{t.table.kind}</th><th className="r ph">{t.table.calls} <small>/s</small></th><th className="r">{t.table.errors} <small>%</small></th><th className="r">p95 <small>ms</small></th></tr>
        {chosen.map((row) => (
          <tr key={`${direction} ${row.peer}`} data-row>
            <td className="clip">{row.kind === 'service' ? <ServiceLink name={row.peer} /> : <span className="strong">{row.peer}</span>}</td>
            <td className="soft ph">{t.service.peerKind[row.kind] ?? row.kind}</td>
            <FigureCell figure={row.rate} className="ph" />
            <FigureCell figure={row.errorRatio} factor={100} tone={(row.errorRatio.value ?? 0) >= 0.05 ? 'bad' : (row.errorRatio.value ?? 0) >= 0.01 ? 'warn' : ''} />
            <FigureCell figure={row.p95Seconds} factor={1000} />
          </tr>
        ))}
      </>
    );
  };
  return (
    <Panel title={t.service.dependencies}>
      {rows.length === 0 ? <Empty title={t.service.none} /> : <div className="scroll"><table><tbody>{part('in', t.service.calledBy)}{part('out', t.service.calls)}</tbody></table></div>}
    </Panel>
  );
}

function Errors({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  return (
    <Panel title={t.service.errorClasses} tools={<Link to="/logs" search={{ q: `{service_name=${JSON.stringify(detail.row.name)}, level=~"warn|error"}` }}>{t.service.logs}</Link>}>
      {detail.errorsByClass.length === 0 ? <Empty title={t.service.none} /> : (
        <table>
          <thead><tr><th>{t.table.errorType}</th><th className="r">{t.table.rate} <small>/s</small></th></tr></thead>
          <tbody>{detail.errorsByClass.map((row) => <tr key={row.errorType} data-row><td className="mono clip"><Link className="link" to="/traces" search={{ q: tracesOfError(row.errorType, detail.row.name) }} title={t.logs.tracesOf(row.errorType)}>{row.errorType}</Link></td><FigureCell figure={row.rate} /></tr>)}</tbody>
        </table>
      )}
    </Panel>
  );
}

function Releases({ detail }: { detail: ServiceDetail }) {
  const t = useText();
  return (
    <Panel title={t.service.releases}>
      {detail.releases.length === 0 ? <Empty title={t.service.none} /> : (
        <ul className="rows">
          {detail.releases.map((release) => (
            <li className="one" key={release.id}>
              <When ms={release.atMs} />
              <span className="t"><b>{release.version}</b><span className="under">{[release.previousVersion ? t.now.previous(release.previousVersion) : '', release.by ? t.now.marked(release.by) : ''].filter((one) => one !== '').join(', ')}</span></span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
