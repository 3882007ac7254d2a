import { Link } from '@tanstack/react-router';
import type { AlertRow, Incident, Now as NowData, Release } from '../../api/bongsu';
import { SeverityWord } from '../../components/Beacon';
import { Icon } from '../../components/icons';
import { ImpactChart } from '../../components/ImpactChart';
import { badness, incidentSentence } from '../../components/incidentSentence';
import { Dock, Lead } from '../../components/Lead';
import { CsvButton, QueryLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { ServiceTable } from '../../components/ServiceTable';
import { Calm, Empty, Loaded } from '../../components/states';
import { AlertStateWord, StateWord } from '../../components/StateWord';
import { Ago, When } from '../../components/When';
import { bytes, count, number3 } from '../../format/number';
import { useNowData } from '../../frame/data';
import { useText } from '../../messages';
import { useNow, useTimeWindow } from '../../time/view';
import { clockSeconds, clockTime, zoneLabel } from '../../time/zone';
import { useSendCommands } from '../../frame/sendCommands';

export default function Now() {
  return <Loaded query={useNowData()}>{(now) => (now.hasData ? <WithData now={now} /> : <NothingYet now={now} />)}</Loaded>;
}

function WithData({ now }: { now: NowData }) {
  const t = useText();
  const open = now.incidents.filter((incident) => incident.status !== 'resolved').sort((a, b) => a.severity - b.severity || a.openedMs - b.openedMs);
  const [worst, ...others] = open;
  return (
    <>
      {worst ? (
        <section className="panel">
          <Fire incident={worst} />
          {others.map((incident) => (
            <Minor key={incident.id} incident={incident} />
          ))}
        </section>
      ) : (
        <Lead sentence={now.firing.length > 0 ? t.sentence.firing(now.firing.map((alert) => alert.name)) : t.sentence.calm(now.serviceCount)}>
          {now.firing.length === 0 && <p>{t.now.calmLead}</p>}
        </Lead>
      )}
      <div className="grid gside stretch">
        <Changes releases={now.changes} />
        <Firing alerts={now.firing} />
      </div>
      <Panel
        title={t.now.services}
        unit={now.serviceCount > now.services.length ? t.now.someOf(now.services.length, now.serviceCount) : undefined}
        tools={
          <>
            <Link to="/services">{t.now.allServices}</Link>
            <CsvButton name="services" head={['service', 'state', 'rate_per_s', 'error_ratio', 'p95_s', 'version']} rows={() => now.services.map((row) => [row.name, row.state, row.rate.value, row.errorRatio.value, row.p95Seconds.value, row.version])} />
          </>
        }
      >
        <ServiceTable rows={now.services} wide={false} />
      </Panel>
      <Health now={now} />
    </>
  );
}

function Fire({ incident }: { incident: Incident }) {
  const t = useText();
  const nowMs = useNow(5000);
  const { zone } = useTimeWindow();
  const room = { to: '/incidents/$id', params: { id: incident.id } } as const;
  const { latency, slowerThan } = badness(incident);
  const query = incident.impactSeries[0]?.query ?? '';
  const why = incident.alerts[0];
  return (
    <div className="fire">
      <div className="lead">
        <div className="over">
          <SeverityWord severity={incident.severity} />
          <Link className="link" {...room}>INC-{incident.number}</Link>
          <span>{t.incidentStatus[incident.status]}</span>
          <span className="mute">{t.now.openedBy(clockTime(incident.openedMs, zone), incident.openedBy)}</span>
        </div>
        <h1>{incidentSentence(t, incident, nowMs)}</h1>
        {incident.triage?.hypothesis ? <p>{t.because(incident.triage)}</p> : incident.cause && <p>{incident.cause.sentence}</p>}
        <Facts incident={incident} />
        <div className="acts">
          <Link className="btn primary" {...room}>{t.now.openRoom}</Link>
          {why !== undefined && <Link className="btn" to="/alerts/$id" params={{ id: why }}>{t.now.whyPaged}</Link>}
        </div>
      </div>
      <div>
        <div className="charthead">
          <span>{t.now.chart(slowerThan, latency)}</span>
          <QueryLink query={query} className="mute">PromQL</QueryLink>
        </div>
        <ImpactChart incident={incident} height={240} gutter={52} whole />
      </div>
      <Dock><Link className="btn primary" {...room}>{t.now.openRoom}</Link></Dock>
    </div>
  );
}

function Facts({ incident }: { incident: Incident }) {
  const t = useText();
  const nowMs = useNow(5000);
  const { zone } = useTimeWindow();
  const { impact, roles, nextUpdateMs } = incident;
  const late = nextUpdateMs !== null && nextUpdateMs < nowMs;
  return (
    <dl className="facts">
      {impact?.badEvents != null && (
        <div>
          <dt>{t.now.bad(badness(incident).latency)}</dt>
          <dd><QueryLink query={impact.query}>{count(impact.badEvents)}</QueryLink></dd>
          <dd className="sub">{impact.totalEvents === null ? t.now.since(clockTime(impact.sinceMs, zone)) : t.now.ofTotal(count(impact.totalEvents), clockTime(impact.sinceMs, zone))}</dd>
        </div>
      )}
      <Budget incident={incident} />
      <div>
        <dt>{t.now.nextUpdate}</dt>
        <dd className={late ? 'bad' : ''}>{nextUpdateMs === null ? '–' : late ? t.now.overdue(nowMs - nextUpdateMs) : t.span(nextUpdateMs - nowMs)}</dd>
        <dd className="sub">{nextUpdateMs === null ? t.now.notPromised : t.now.promised(clockTime(nextUpdateMs, zone))}</dd>
      </div>
      <div>
        <dt>{t.now.commander}</dt>
        <dd className={roles.commander === null ? 'bad' : ''}>{roles.commander ?? t.now.nobody}</dd>
        <dd className="sub">{roles.scribe === null ? t.now.scribeMissing : t.now.scribe(roles.scribe)}</dd>
      </div>
    </dl>
  );
}

/** How much of the budget this incident spent; when it is gone, the plain counts say more than a percentage. */
function Budget({ incident }: { incident: Incident }) {
  const t = useText();
  const { impact } = incident;
  if (impact?.budgetSpent == null) return null;
  const slo = incident.slos.find((one) => one.name === incident.headline.texts['slo'] && one.service === incident.headline.texts['service']);
  const link = { to: slo ? '/slos/$id' : '/slos', params: { id: slo?.id ?? '' }, className: 'q' } as const;
  const gone = impact.budgetSpent > 1;
  return (
    <div>
      <dt>{gone ? t.now.budgetGone : t.now.budget}</dt>
      <dd className={gone ? 'bad' : ''}><Link {...link}>{gone ? t.now.gone : number3(impact.budgetSpent * 100)}</Link>{!gone && <small> %</small>}</dd>
      <dd className="sub">{gone && slo && slo.badEvents !== null && slo.allowedBadEvents !== null ? t.now.ofAllowed(count(slo.badEvents), slo.allowedBadEvents < 1 ? '<1' : count(slo.allowedBadEvents), slo.window) : t.now.budgetSub}</dd>
    </div>
  );
}

function Minor({ incident }: { incident: Incident }) {
  const t = useText();
  const nowMs = useNow(30_000);
  return (
    <div className="minor">
      <SeverityWord severity={incident.severity} />
      <span className="t">
        <Link className="link" to="/incidents/$id" params={{ id: incident.id }}>INC-{incident.number}</Link> {incidentSentence(t, incident, nowMs)}
      </span>
      <span className="soft">{incident.roles.commander ?? t.now.nobody}</span>
    </div>
  );
}

function Changes({ releases }: { releases: readonly Release[] }) {
  const t = useText();
  return (
    <Panel title={t.now.changes}>
      {releases.length === 0 ? (
        <Empty title={t.empty.changes}>{t.empty.changesNext}</Empty>
      ) : (
        <ul className="rows">
          {releases.map((release) => (
            <li className="one" key={release.id}>
              <When ms={release.atMs} />
              <span className="t">
                <b>{release.service} {release.version}</b>
                <span className="under">
                  {[release.source === 'marked' && release.by ? t.now.marked(release.by) : t.now.seenOn(release.instances.length), release.previousVersion ? t.now.previous(release.previousVersion) : ''].filter((part) => part !== '').join(', ')}
                </span>
              </span>
              {release.suspectOf.length > 0 && <span className="tag bad"><Icon name="warn" />{t.now.suspect}</span>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Firing({ alerts }: { alerts: readonly AlertRow[] }) {
  const t = useText();
  return (
    <Panel title={t.now.firing} tools={<Link to="/alerts">{t.now.allAlerts}</Link>}>
      {alerts.length === 0 ? (
        <Calm title={t.empty.calm}>{t.empty.calmNext}</Calm>
      ) : (
        <ul className="rows">
          {alerts.map((alert) => (
            <li key={alert.id}>
              <span className="t">
                <Link className="name" to="/alerts/$id" params={{ id: alert.id }}>{alert.name}</Link>
                <span className="under">{t.alertSummary(alert.summary)}</span>
              </span>
              <span className="aside">
                <AlertStateWord state={alert.state} page={alert.severity === 'page'} />
                <span className="under"><Ago ms={alert.firedMs ?? alert.activeSinceMs} bare /></span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Health({ now }: { now: NowData }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const h = now.health;
  const flow: [string, number | null][] = [[t.health.spans, h.spansPerSecond], [t.health.logs, h.logRecordsPerSecond], [t.health.samples, h.samplesPerSecond], [t.health.rejected, h.rejectedPerSecond]];
  return (
    <div className="selfline">
      <StateWord tone={h.state}>{t.health[h.state]}</StateWord>
      {h.problems.map((problem) => <span key={problem} className="no">{problem}</span>)}
      {flow.map(([name, value]) => (
        <span key={name}>{name} <b>{value === null ? '–' : number3(value)}</b>{value !== null && '/s'}</span>
      ))}
      <span>{t.health.series} <b>{count(h.seriesActive)}</b></span>
      <span>{t.health.disk} <b>{bytes(h.diskBytes)}</b>, {bytes(h.diskFreeBytes)} {t.health.free}</span>
      <span className="mute">{t.health.asOf(`${clockSeconds(h.asOfMs, zone)} ${zoneLabel(zone)}`)}</span>
    </div>
  );
}

function NothingYet({ now }: { now: NowData }) {
  const t = useText();
  const commands = useSendCommands();
  return (
    <>
      <Lead sentence={t.empty.title}><p>{t.empty.sub}</p></Lead>
      <Panel title={t.empty.waiting}>
        <Empty title="OpenTelemetry" code={commands} />
        <Empty title={t.empty.orDemo} code="./bongsu demo" />
      </Panel>
      <Health now={now} />
    </>
  );
}

