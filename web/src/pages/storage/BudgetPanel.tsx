import type { UseQueryResult } from '@tanstack/react-query';
import type { BudgetRow, Budgets } from '../../api/bongsu';
import { CsvButton, ServiceLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Skeleton } from '../../components/states';
import { StateWord } from '../../components/StateWord';
import { bytes, count, percent, seconds } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockTime, zoneLabel } from '../../time/zone';
import { budgetTone } from './storage';

const SHOWN = 50;
const SAMPLE = 'services:\n  - service: payments\n    logs: { bytes: 2GB, action: sample, keep: 10% }\n    traces: { records: 5000000, action: warn }';

/** What each service has sent today against what it may, the fullest first. */
export function BudgetPanel({ query }: { query: UseQueryResult<Budgets> }) {
  const t = useText();
  const words = t.storage;
  const { zone } = useTimeWindow();
  if (query.error && !query.data) return <section className="panel"><Failure error={query.error} retry={() => void query.refetch()} /></section>;
  if (!query.data) return <section className="panel"><Skeleton lines={4} /></section>;
  const { budgets, file, resetsMs } = query.data;
  const anyLimit = budgets.some((row) => row.bytesLimit !== null || row.recordsLimit !== null);
  const rows = () => budgets.map((row) => [row.service, row.signal, row.bytes, row.bytesLimit, row.records, row.recordsLimit, row.used, row.state, row.action, row.sampledOut, row.refused]);
  return (
    <Panel title={words.budgets} unit={words.budgetsUnit(`${clockTime(resetsMs, zone)} ${zoneLabel(zone)}`)} tools={budgets.length > 0 ? <CsvButton name="budgets" head={['service', 'signal', 'bytes', 'bytes limit', 'records', 'records limit', 'used', 'state', 'action', 'left out', 'refused']} rows={rows} /> : undefined}>
      {budgets.length > 0 && (
        <table className="budgettable">
          <thead><tr><th>{words.service}</th><th>{words.signalHead}</th><th>{words.state}</th><th className="r">{words.used}</th><th className="r ph">{words.bytesUsed}</th><th className="r ph">{words.recordsUsed}</th><th className="ph">{words.action}</th></tr></thead>
          <tbody>{budgets.slice(0, SHOWN).map((row) => <Row key={`${row.service} ${row.signal}`} row={row} />)}</tbody>
        </table>
      )}
      {!anyLimit && <Empty title={budgets.length === 0 ? words.budgetsNone : words.budgetState.none} code={`# ${file}\n${SAMPLE}`}>{words.budgetsNoLimit(file)}</Empty>}
    </Panel>
  );
}

function Row({ row }: { row: BudgetRow }) {
  const t = useText();
  const words = t.storage;
  const { zone } = useTimeWindow();
  const tone = budgetTone(row.state);
  const lost = [row.refused > 0 ? words.refused(count(row.refused)) : '', row.sampledOut > 0 ? words.sampled(count(row.sampledOut)) : '', row.reachedMs !== null ? words.reached(clockTime(row.reachedMs, zone)) : ''].filter((part) => part !== '');
  const keeps = row.action === 'sample' && row.keep !== null ? words.keeps(percent(row.keep), row.slowMs === null ? null : seconds(row.slowMs / 1000)) : '';
  return (
    <tr data-row>
      <td><ServiceLink name={row.service} /></td>
      <td>{words.signal[row.signal]}</td>
      <td><StateWord tone={tone}>{words.budgetState[row.state]}</StateWord>{lost.length > 0 && <span className="under">{lost.join(', ')}</span>}</td>
      <td className="r">{row.used === null ? <span className="mute">–</span> : <><span className={`meter ph ${tone === 'bad' || tone === 'warn' ? tone : ''}`} aria-hidden="true"><i style={{ width: `${Math.min(100, row.used * 100)}%` }} /></span> {percent(row.used)}</>}</td>
      <td className="r ph">{words.ofBytes(bytes(row.bytes), row.bytesLimit === null ? null : bytes(row.bytesLimit))}</td>
      <td className="r ph">{words.ofBytes(count(row.records), row.recordsLimit === null ? null : count(row.recordsLimit))}</td>
      <td className="ph">{row.used === null ? <span className="mute">–</span> : <>{words.actions[row.action]}{keeps !== '' && <span className="under">{keeps}</span>}</>}</td>
    </tr>
  );
}
