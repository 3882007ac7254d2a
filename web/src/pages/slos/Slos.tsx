import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { bongsu } from '../../api/client';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton, QueryLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Meter } from '../../components/ServiceTable';
import { Empty, Loaded } from '../../components/states';
import { SloStateWord } from '../../components/StateWord';
import { DASH, number3, times } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { objective, SLO_EXAMPLE } from './objective';

export default function Slos() {
  const t = useText();
  const { everyMs } = useTimeWindow();
  const query = useQuery({ queryKey: ['slos'], queryFn: ({ signal }) => bongsu.slos(signal), refetchInterval: everyMs });
  return (
    <Loaded query={query}>
      {({ slos, problems }) => {
        const sorted = [...slos].sort((a, b) => (a.budgetLeft ?? Infinity) - (b.budgetLeft ?? Infinity));
        return (
          <>
            <Lead sentence={slos.length === 0 ? t.empty.slos : t.sentence.slos({ burning: slos.filter((slo) => slo.state === 'burning').map((slo) => slo.name), exhausted: slos.filter((slo) => slo.state === 'exhausted').map((slo) => slo.name), total: slos.length })} acts={<CopyMenu path="/bongsu/v1/slos" cli="slos" />} />
            {problems.map((problem) => <div className="hint warn" key={problem}><Icon name="warn" /><span>{problem}</span></div>)}
            <Panel title={t.nav.slos} unit={String(slos.length)} tools={<CsvButton name="slos" head={['id', 'service', 'objective', 'measured', 'budget_left', 'state']} rows={() => sorted.map((slo) => [slo.id, slo.service, slo.objective, slo.sli.value, slo.budgetLeft, slo.state])} />}>
              {slos.length === 0 ? <Empty title={t.empty.slos} code={SLO_EXAMPLE}>{t.empty.slosNext}</Empty> : (
                <div className="scroll">
                  <table>
                    <thead><tr><th>{t.slos.name}</th><th>{t.slos.state}</th><th className="ph">{t.table.service}</th><th className="r ph">{t.slos.objective} <small>%</small></th><th className="r ph">{t.slos.measured} <small>%</small></th><th className="r">{t.slos.budgetLeft} <small>%</small></th><th className="ph"><span className="sr">{t.slos.budgetLeft}</span></th><th className="r ph">{t.slos.burn}</th></tr></thead>
                    <tbody>
                      {sorted.map((slo) => (
                        <tr key={slo.id} data-row>
                          <td className="clip"><Link className="name" to="/slos/$id" params={{ id: slo.id }}>{slo.name}</Link></td>
                          <td><SloStateWord state={slo.state} /></td>
                          <td className="ph">{slo.service}</td>
                          <td className="r ph">{objective(slo.objective)}</td>
                          <td className="r ph">{slo.sli.value === null ? DASH : <QueryLink query={slo.sli.query} className="plainq">{objective(slo.sli.value)}</QueryLink>}</td>
                          <td className={slo.budgetLeft === null ? 'r nodata' : slo.budgetLeft <= 0 ? 'r bad' : 'r'}>{slo.budgetLeft === null ? DASH : slo.budgetLeft < 0 ? t.now.gone : number3(slo.budgetLeft * 100)}</td>
                          <td className="ph">{slo.budgetLeft !== null && <Meter share={slo.budgetLeft} />}</td>
                          <td className="r ph">{slo.windows[0]?.burnShort == null ? DASH : times(slo.windows[0].burnShort)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Panel>
          </>
        );
      }}
    </Loaded>
  );
}
