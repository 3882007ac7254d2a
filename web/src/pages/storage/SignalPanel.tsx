import type { StorageSignal } from '../../api/bongsu';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { When } from '../../components/When';
import { bytes, count } from '../../format/number';
import { useText } from '../../messages';

/** What each kind of data takes, how it grows, and how long it is kept. */
export function SignalPanel({ signals }: { signals: readonly StorageSignal[] }) {
  const t = useText();
  const words = t.storage;
  const all = signals.reduce((sum, one) => sum + one.bytes + one.walBytes, 0);
  const rows = () => signals.map((one) => [one.kind, one.bytes, one.walBytes, one.files, one.bytesPerDay, one.keepMs, one.oldestMs, one.newestMs]);
  return (
    <Panel title={words.signals} tools={<CsvButton name="storage" head={['kind', 'bytes', 'wal bytes', 'files', 'bytes per day', 'keep ms', 'oldest ms', 'newest ms']} rows={rows} />}>
      <table>
        <thead><tr><th>{words.signalHead}</th><th className="r">{words.size}</th><th className="ph">{words.share}</th><th className="r ph">{words.walHead}</th><th className="r">{words.perDay}</th><th className="r">{words.kept}</th><th className="r ph">{words.data}</th><th className="r ph">{words.files}</th></tr></thead>
        <tbody>
          {signals.map((one) => (
            <tr key={one.kind} data-row>
              <td><b>{words.kind[one.kind]}</b>{one.rules.length > 0 && <span className="under" title={one.rules.map((rule) => words.rule(rule.match, rule.keepMs === null ? words.forEver : t.span(rule.keepMs))).join('\n')}>{words.rules(one.rules.length)}</span>}</td>
              <td className="r">{one.bytes === 0 ? <span className="mute">0</span> : bytes(one.bytes)}</td>
              <td className="ph"><span className="meter" aria-hidden="true"><i style={{ width: `${all === 0 ? 0 : ((one.bytes + one.walBytes) / all) * 100}%` }} /></span></td>
              <td className="r ph">{one.walBytes === 0 ? <span className="mute">–</span> : bytes(one.walBytes)}</td>
              <td className="r">{one.bytesPerDay === null ? <span className="mute">–</span> : bytes(one.bytesPerDay)}</td>
              <td className="r">{one.keepMs === null ? words.forEver : t.span(one.keepMs)}</td>
              <td className="r ph">{one.oldestMs === null ? <span className="mute">{words.none}</span> : <When ms={one.oldestMs} />}</td>
              <td className="r ph">{count(one.files)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
