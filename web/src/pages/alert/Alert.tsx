import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { bongsu, type AlertDetail } from '../../api/client';
import { firstValueMs } from '../../components/chart/layout';
import { firingBands, markersOf } from '../../components/chart/markers';
import { TimeChart } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, QueryLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Loaded } from '../../components/states';
import { AlertStateWord } from '../../components/StateWord';
import { When } from '../../components/When';
import { number3, times } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockMillis, clockSeconds, clockTime } from '../../time/zone';

export default function Alert() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { everyMs } = useTimeWindow();
  const query = useQuery({ queryKey: ['alert', id], queryFn: ({ signal }) => bongsu.alert(id, signal), refetchInterval: everyMs });
  return <Loaded query={query}>{(alert) => <Detail alert={alert} />}</Loaded>;
}

function Detail({ alert }: { alert: AlertDetail }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const isBurn = alert.summary.code === 'sloBurn';
  const burn = isBurn ? (alert.summary.numbers['burn'] ?? alert.summary.numbers['burnLong'] ?? null) : null;
  const room = alert.incident !== null && <Link className="btn primary" to="/incidents/$id" params={{ id: alert.incident }}>{t.now.openRoom}</Link>;
  const range = { fromMs: firstValueMs([alert.value]) ?? alert.activeSinceMs - 3_600_000, toMs: alert.value.times.at(-1) ?? alert.activeSinceMs };
  const format = isBurn ? times : number3;
  return (
    <>
      <Lead
        over={
          <>
            <AlertStateWord state={alert.state} page={alert.severity === 'page'} />
            <span className="tag line">{alert.severity === 'page' ? t.alerts.page : t.alerts.ticket}</span>
            {alert.incident !== null && <Link className="link" to="/incidents/$id" params={{ id: alert.incident }}>{alert.incident}</Link>}
            <span className="mono">{alert.name}</span>
            <span className="mute">{alert.resolvedMs !== null ? t.alerts.resolvedAt(clockTime(alert.resolvedMs, zone)) : alert.firedMs !== null ? t.alerts.firedAt(clockTime(alert.firedMs, zone)) : t.alerts.pendingSince(clockTime(alert.activeSinceMs, zone))}</span>
          </>
        }
        sentence={t.sentence.alert({ service: alert.service ?? alert.name, burn, state: alert.state, page: alert.severity === 'page', text: alert.summary.text })}
        acts={<><CopyMenu path={`/bongsu/v1/alerts/${encodeURIComponent(alert.id)}`} query={alert.query} />{room}</>}
        {...(room ? { dock: room } : {})}
      >
        <p>{t.alertSummary(alert.summary)}</p>
      </Lead>
      <div className="grid gside stretch">
        <Panel title={isBurn ? t.slos.burnRate : t.alerts.value} unit={isBurn ? t.slos.burnUnit : undefined} tools={<QueryLink query={alert.value.query} className="">PromQL</QueryLink>}>
          <TimeChart label={t.alerts.value} lines={[{ ...alert.value, name: '', tone: 'badl' }]} {...range} format={format} threshold={alert.threshold === null ? null : { value: alert.threshold, label: t.alerts.threshold(format(alert.threshold)) }} markers={markersOf([], [alert], [], t.marker.alert)} bands={firingBands([alert], range.toMs)} height={220} gutter={100} />
        </Panel>
        <Panel title={t.alerts.labels}>
          <dl className="kv body">
            {Object.entries({ ...alert.labels, ...alert.annotations }).filter(([key]) => key !== 'summary' && key !== 'runbook').map(([key, value]) => [<dt key={key}>{key}</dt>, <dd key={`${key} v`}>{value}</dd>])}
            {alert.runbook !== null && <><dt>{t.alerts.runbook}</dt><dd><Link className="link" to="/runbooks/$name" params={{ name: alert.runbook.replace(/^.*\//, '').replace(/\.md$/, '') }}>{alert.runbook}</Link></dd></>}
          </dl>
        </Panel>
      </div>
      <Panel title={t.alerts.why} unit={t.alerts.decisions(alert.decisions.length)}>
        {alert.decisions.length === 0 ? <Empty title={t.alerts.noDecisions} /> : (
          <ol className="trace">
            {alert.decisions.map((step, i) => (
              <li key={i}><Icon name={step.passed ? 'good' : 'minus'} className={step.passed ? 'ok' : 'amber'} /><span className="w">{t.alerts.stage[step.stage]}</span><span className="d">{t.decision(step)}</span><span className="at">{clockMillis(step.atMs, zone)}</span></li>
            ))}
          </ol>
        )}
      </Panel>
      <Panel title={t.alerts.deliveries}>
        {alert.deliveries.length === 0 ? <Empty title={t.alerts.noDeliveries} /> : (
          <div className="scroll">
            <table>
              <thead><tr><th>{t.alerts.at}</th><th>{t.alerts.receiver}</th><th>{t.alerts.outcome}</th><th className="r ph">{t.alerts.attempt}</th></tr></thead>
              <tbody>
                {alert.deliveries.map((one, i) => (
                  <tr key={i} data-row>
                    <td className="soft"><When ms={one.atMs} /></td>
                    <td>{one.receiver} <span className="u ph">{one.target}</span></td>
                    <td className="clip"><span className={`st ${one.outcome === 'delivered' ? 'good' : 'warn'}`}><Icon name={one.outcome === 'delivered' ? 'good' : 'warn'} />{t.alerts.outcomes[one.outcome]}</span> <span className="soft">{[one.error, one.nextMs === null ? null : t.alerts.nextTry(clockSeconds(one.nextMs, zone))].filter((part) => part !== null).join(', ')}</span></td>
                    <td className="r ph">{one.attempt}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  );
}
