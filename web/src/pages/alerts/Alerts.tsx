import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertRow } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Calm, Loaded } from '../../components/states';
import { AlertStateWord } from '../../components/StateWord';
import { Ago } from '../../components/When';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';

export default function Alerts() {
  const t = useText();
  const { everyMs } = useTimeWindow();
  const query = useQuery({ queryKey: ['alerts'], queryFn: ({ signal }) => bongsu.alerts(signal), refetchInterval: everyMs });
  return (
    <Loaded query={query}>
      {({ alerts }) => {
        const active = alerts.filter((alert) => alert.state !== 'resolved');
        const resolved = alerts.filter((alert) => alert.state === 'resolved');
        return (
          <>
            <Lead sentence={t.sentence.alerts(alerts.filter((alert) => alert.state === 'firing').length, alerts.filter((alert) => alert.state === 'pending').length)} acts={<CopyMenu path="/bongsu/v1/alerts" cli="alerts" />} />
            <Panel title={t.alerts.active} tools={<CsvButton name="alerts" head={['name', 'service', 'state', 'severity', 'since', 'summary']} rows={() => alerts.map((alert) => [alert.name, alert.service, alert.state, alert.severity, new Date(alert.activeSinceMs).toISOString(), alert.summary.text])} />}>
              {active.length === 0 ? <Calm title={t.empty.alerts}>{t.empty.alertsNext}</Calm> : <AlertTable rows={active} />}
            </Panel>
            {resolved.length > 0 && <Panel title={t.alerts.resolvedTitle}><AlertTable rows={resolved} /></Panel>}
          </>
        );
      }}
    </Loaded>
  );
}

function AlertTable({ rows }: { rows: readonly AlertRow[] }) {
  const t = useText();
  return (
    <div className="scroll">
      <table className="tall">
        <thead><tr><th>{t.alerts.name}</th><th>{t.table.state}</th><th className="ph">{t.table.service}</th><th className="ph">{t.alerts.severity}</th><th className="ph">{t.nav.incidents}</th><th className="r">{t.alerts.since}</th></tr></thead>
        <tbody>
          {rows.map((alert) => (
            <tr key={alert.id} data-row>
              <td className="clip"><Link className="name" to="/alerts/$id" params={{ id: alert.id }}>{alert.name}</Link><span className="under">{t.alertSummary(alert.summary)}</span></td>
              <td><AlertStateWord state={alert.state} page={alert.severity === 'page'} /></td>
              <td className="ph">{alert.service ?? '–'}</td>
              <td className="ph soft">{alert.severity === 'page' ? t.alerts.page : t.alerts.ticket}</td>
              <td className="ph">{alert.incident === null ? <span className="mute">–</span> : <Link className="link" to="/incidents/$id" params={{ id: alert.incident }}>{alert.incident}</Link>}</td>
              <td className="r"><Ago ms={alert.resolvedMs ?? alert.firedMs ?? alert.activeSinceMs} bare /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
