import { useQuery } from '@tanstack/react-query';
import type { ServiceRow } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { useSendCommands } from '../../frame/sendCommands';
import { ServiceTable } from '../../components/ServiceTable';
import { Empty, Loaded, Partial } from '../../components/states';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';

const named = (rows: readonly ServiceRow[], state: ServiceRow['state']): string[] => rows.filter((row) => row.state === state).map((row) => row.name);

export default function Services() {
  const t = useText();
  const commands = useSendCommands();
  const window = useTimeWindow();
  const query = useQuery({
    queryKey: ['services', ...window.key],
    queryFn: ({ signal }) => {
      const range = window.resolve();
      return bongsu.services({ from: range.fromMs, to: range.toMs }, signal);
    },
    refetchInterval: window.everyMs,
  });
  return (
    <Loaded query={query}>
      {({ services, warnings }) => (
        <>
          <Lead
            sentence={services.length === 0 ? t.empty.services : t.sentence.services(named(services, 'failing'), named(services, 'degraded'), named(services, 'noData'), services.length)}
            acts={<CopyMenu path="/bongsu/v1/services" cli="services" />}
          />
          <Panel
            title={t.now.allServices}
            unit={String(services.length)}
            tools={<CsvButton name="services" head={['service', 'state', 'rate_per_s', 'error_ratio', 'p50_s', 'p95_s', 'p99_s', 'budget_left', 'version']} rows={() => services.map((row) => [row.name, row.state, row.rate.value, row.errorRatio.value, row.p50Seconds.value, row.p95Seconds.value, row.p99Seconds.value, row.sloBudgetLeft, row.version])} />}
          >
            <Partial warnings={warnings} />
            {services.length === 0 ? <Empty title={t.empty.services} code={commands}>{t.empty.servicesNext}</Empty> : <ServiceTable rows={services} wide />}
          </Panel>
          {services.filter((row) => row.redSource === 'none' || row.redSource === 'legacy').map((row) => (
            <div className="hint" key={row.name}>
              <Icon name="route" />
              <span><b className="strong">{row.name}</b> {row.redSourceDetail}</span>
            </div>
          ))}
        </>
      )}
    </Loaded>
  );
}
