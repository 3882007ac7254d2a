import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { bongsu, type SloDetail } from '../../api/client';
import { TimeChart } from '../../components/chart/TimeChart';
import { Lead } from '../../components/Lead';
import { CopyMenu, QueryLink, ServiceLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Loaded, Partial } from '../../components/states';
import { SloStateWord, StateWord } from '../../components/StateWord';
import { count, DASH, number3, percent, times } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { objective } from '../slos/objective';

export default function Slo() {
  const { id } = useParams({ strict: false }) as { id: string };
  const window = useTimeWindow();
  const query = useQuery({
    queryKey: ['slo', id, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      return { range, slo: await bongsu.slo(id, { from: range.fromMs, to: range.toMs }, signal) };
    },
    refetchInterval: window.everyMs,
  });
  return <Loaded query={query}>{({ range, slo }) => <Detail slo={slo} {...range} />}</Loaded>;
}

function Detail({ slo, fromMs, toMs }: { slo: SloDetail; fromMs: number; toMs: number }) {
  const t = useText();
  const factor = slo.windows[0]?.factor;
  return (
    <>
      <Lead
        over={<><SloStateWord state={slo.state} /><ServiceLink name={slo.service} /><span>{slo.name}, {objective(slo.objective)} %, {t.slos.window(slo.window)}</span><span className="mute">{t.slos.kind[slo.kind]}</span></>}
        sentence={t.sentence.slo(slo.budgetLeft)}
        acts={<CopyMenu path={`/bongsu/v1/slos/${encodeURIComponent(slo.id)}`} query={slo.sli.query} />}
      >
        <p>{slo.badEvents !== null && slo.allowedBadEvents !== null ? t.slos.bad(count(slo.badEvents), count(slo.allowedBadEvents)) : slo.description}</p>
      </Lead>
      <Partial warnings={slo.warnings} />
      <section className="panel">
        <dl className="facts padded">
          <div><dt>{t.slos.objective}</dt><dd>{objective(slo.objective)} <small>%</small></dd><dd className="sub">{t.slos.window(slo.window)}</dd></div>
          <div><dt>{t.slos.measured}</dt><dd>{slo.sli.value === null ? DASH : <QueryLink query={slo.sli.query}>{objective(slo.sli.value)}</QueryLink>} <small>%</small></dd><dd className="sub">{slo.totalEvents === null ? '' : t.slos.ofTotal(count(slo.totalEvents))}</dd></div>
          <div><dt>{t.slos.budgetLeft}</dt><dd className={slo.budgetLeft !== null && slo.budgetLeft <= 0 ? 'bad' : ''}>{slo.budgetLeft === null ? DASH : slo.budgetLeft < 0 ? t.now.gone : <>{number3(slo.budgetLeft * 100)} <small>%</small></>}</dd></div>
          <div><dt>{t.slos.burn}</dt><dd>{slo.windows[0]?.burnShort == null ? DASH : times(slo.windows[0].burnShort)}</dd></div>
        </dl>
      </section>
      <div className="grid g2 stretch">
        <Panel title={t.slos.burnRate} unit={t.slos.burnUnit} tools={<QueryLink query={slo.burn[0]?.query ?? ''} className="">{t.copy.queryLink}</QueryLink>}>
          <TimeChart label={t.slos.burnRate} lines={slo.burn.slice(0, 4).map((series, i) => ({ ...series, tone: (['badl', 'd1', 'd2', 'd3'] as const)[i] ?? 'd3' }))} fromMs={fromMs} toMs={toMs} format={times} threshold={factor === undefined ? null : { value: factor, label: times(factor) }} height={196} gutter={88} />
        </Panel>
        <Panel title={t.slos.sli} unit={t.slos.sliUnit} tools={<QueryLink query={slo.sliSeries.query} className="">{t.copy.queryLink}</QueryLink>}>
          <TimeChart label={t.slos.sli} lines={[{ ...slo.sliSeries, name: '', tone: 'd1' }]} fromMs={fromMs} toMs={toMs} format={percent} height={196} gutter={66} />
        </Panel>
      </div>
      <Panel title={t.slos.windows} unit={t.slos.both} footer={`${t.slos.guard}: ${t.guard(slo.guard.sentence)}`}>
        <div className="scroll">
          <table>
            <thead><tr><th>{t.slos.pair}</th><th className="r">{t.slos.above}</th><th className="r">{t.slos.long}</th><th className="r ph">{t.slos.short}</th><th className="r ph">{t.slos.spends} <small>%</small></th><th>{t.slos.state}</th></tr></thead>
            <tbody>
              {slo.windows.map((pair) => (
                <tr key={`${pair.long} ${pair.short}`}>
                  <td>{pair.long} · {pair.short}</td>
                  <td className="r">{times(pair.factor)}</td>
                  <td className={(pair.burnLong ?? 0) > pair.factor ? 'r bad' : 'r'}>{pair.burnLong === null ? DASH : times(pair.burnLong)}</td>
                  <td className={(pair.burnShort ?? 0) > pair.factor ? 'r bad ph' : 'r ph'}>{pair.burnShort === null ? DASH : times(pair.burnShort)}</td>
                  <td className="r ph">{number3(pair.budgetSpent * 100)}</td>
                  <td><StateWord tone={pair.firing ? 'bad' : pair.burnLong === null ? 'none' : 'good'}>{pair.firing ? t.slos.fires : pair.burnLong === null ? t.state.noData : t.slos.quiet}</StateWord></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <div className="hint"><span>{t.slos.file} <span className="mono">{slo.file}</span>{slo.runbook !== null && <> · <Link className="link" to="/runbooks/$name" params={{ name: slo.runbook.replace(/^.*\//, '').replace(/\.md$/, '') }}>{t.service.runbook}</Link></>}</span></div>
    </>
  );
}
