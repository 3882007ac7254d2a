import type { StorageService } from '../../api/bongsu';
import { CsvButton, ServiceLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty } from '../../components/states';
import { bytes, percent } from '../../format/number';
import { useText } from '../../messages';
import { servicesOf } from './storage';

const SHOWN = 25;

/** Who fills the disk, largest first. */
export function ServicePanel({ services }: { services: readonly StorageService[] }) {
  const t = useText();
  const words = t.storage;
  const rows = servicesOf(services);
  const all = rows.reduce((sum, row) => sum + row.bytes, 0);
  return (
    <Panel title={words.services} unit={rows.length === 0 ? undefined : words.servicesUnit} tools={rows.length > 0 ? <CsvButton name="storage-services" head={['service', 'signal', 'bytes', 'share', 'basis', 'ingested bytes per day']} rows={() => services.map((row) => [row.service, row.signal, row.bytes, row.share, row.basis, row.ingestedBytesPerDay])} /> : undefined} footer={rows.length > SHOWN ? words.leftOut(rows.length - SHOWN) : undefined}>
      {rows.length === 0 ? <Empty title={t.state.noData}>{words.servicesNone}</Empty> : (
        <table>
          <thead><tr><th>{words.service}</th><th className="r">{words.total}</th><th>{words.share}</th><th className="r ph">{words.signal.logs}</th><th className="r ph">{words.signal.traces}</th><th className="r ph">{words.signal.metrics}</th><th className="r" title={words.ingestedHint}>{words.ingested} <small className="ph">{words.ingestedHint}</small></th></tr></thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row) => (
              <tr key={row.service} data-row>
                <td><ServiceLink name={row.service} /></td>
                <td className="r">{bytes(row.bytes)}</td>
                <td><span className="meter ph" aria-hidden="true"><i style={{ width: `${all === 0 ? 0 : (row.bytes / all) * 100}%` }} /></span> <span className="mute">{percent(all === 0 ? 0 : row.bytes / all)}</span></td>
                {(['logs', 'traces', 'metrics'] as const).map((name) => <td key={name} className="r ph">{row.by[name] === undefined || row.by[name].bytes === 0 ? <span className="mute">–</span> : bytes(row.by[name].bytes)}</td>)}
                <td className="r">{row.perDay === null ? <span className="mute">–</span> : bytes(row.perDay)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
