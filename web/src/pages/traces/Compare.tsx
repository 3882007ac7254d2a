import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { metricsOnce } from '../../api/tempo';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Failure, Partial, Skeleton } from '../../components/states';
import { number3 } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { compareQuery, readComparison, shortName, TELLING, withDifference, type Comparison, type Difference } from './differences';
import type { Area } from './cells';

const FIRST_ROWS = 8;

/** The marked spans against all others of the range: the attributes whose shares differ most, in a sentence and a table. */
export function Compare({ q, area, end }: { q: string; area: Area; end: 'slow' | 'fast' | 'some' }) {
  const t = useText();
  const window = useTimeWindow();
  const asked = compareQuery(q, area);
  const query = useQuery({
    queryKey: ['compare', asked, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      // An area kept in a link may reach beyond a range that has moved on.
      const { rows, warnings } = await metricsOnce(asked, Math.min(range.fromMs, area.fromMs), Math.max(range.toMs, area.toMs), signal);
      return { comparison: readComparison(rows), warnings };
    },
    staleTime: 30_000,
  });
  if (query.error) return <section className="panel"><Failure error={query.error} retry={() => void query.refetch()} /></section>;
  if (!query.data) return <section className="panel"><Skeleton lines={5} /></section>;
  const { comparison, warnings } = query.data;
  const [top] = comparison.differences;
  return (
    <Panel title={t.traces.compare} unit={t.traces.compareUnit(comparison.selected, comparison.rest)} className="comparison" tools={<CsvButton name="comparison" head={['attribute', 'value', 'marked_share', 'others_share']} rows={() => comparison.differences.map((one) => [one.attribute, one.value, one.share, one.rest])} />}>
      <Partial warnings={warnings} />
      <p className="claim" role="status">{sentence(t.traces, comparison, top, end)}</p>
      {comparison.rest > 0 && comparison.differences.length > 0 && <Differences q={q} comparison={comparison} />}
    </Panel>
  );
}

function sentence(t: ReturnType<typeof useText>['traces'], comparison: Comparison, top: Difference | undefined, end: 'slow' | 'fast' | 'some'): string {
  if (comparison.selected === 0) return t.noneMarked;
  if (comparison.rest === 0) return t.only;
  if (!top || top.share - top.rest < TELLING) return t.alike(end);
  return t.difference({ area: end, attribute: shortName(top.attribute), value: top.value, share: top.share, rest: top.rest, atMost: top.restAtMost });
}

function Differences({ q, comparison }: { q: string; comparison: Comparison }) {
  const t = useText();
  const [all, setAll] = useState(false);
  const rows = all ? comparison.differences : comparison.differences.slice(0, FIRST_ROWS);
  return (
    <>
      <div className="scroll">
        <table className="shares">
          <thead><tr><th>{t.traces.attribute}</th><th>{t.traces.value}</th><th className="r">{t.traces.selectedShare} <small>%</small></th><th className="ph"><span className="sr">{t.traces.selectedShare}</span></th><th className="r">{t.traces.restShare} <small>%</small></th><th className="ph"><span className="sr">{t.traces.restShare}</span></th><th className="r ph">{t.traces.diff} <small>{t.traces.points}</small></th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.attribute} data-row>
                <td className="mono">{row.attribute}</td>
                <td className="mono value"><Link className="name light" to="/traces" search={{ q: withDifference(q, row) }} title={t.traces.filterBy(`${row.attribute} = ${row.literal}`)}>{row.value}</Link></td>
                <td className="r">{number3(row.share * 100)}</td>
                <td className="ph"><Share share={row.share} strong /></td>
                <td className="r">{row.restAtMost ? '≤\u00a0' : ''}{number3(row.rest * 100)}</td>
                <td className="ph"><Share share={row.rest} /></td>
                <td className="r ph strong">+{number3((row.share - row.rest) * 100)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(comparison.differences.length > rows.length || comparison.cut) && (
        <footer>
          {comparison.differences.length > rows.length && <button type="button" className="btn sm" onClick={() => setAll(true)}>{t.traces.showAll(comparison.differences.length)}</button>}
          {comparison.cut && <span>{t.traces.tooMany}</span>}
        </footer>
      )}
    </>
  );
}

const Share = ({ share, strong = false }: { share: number; strong?: boolean }) => <span className={strong ? 'meter wide strong' : 'meter wide'} aria-hidden="true"><i style={{ width: `${share * 100}%` }} /></span>;
