import { DASH } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockSeconds } from '../../time/zone';
import { MAX_ROWS, type Row } from './rows';
import { sampleText } from './units';

/** The series with all their labels and figures: over the range, or at one moment as the server wrote them. */
export function ResultTable({ rows, instant }: { rows: readonly Row[]; instant: boolean }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const most = rows.reduce((high, row) => Math.max(high, Math.abs(row.last ?? 0)), 0);
  const write = (row: Row, value: number | null) => (value === null ? DASH : row.format(value));
  const isVector = instant && rows.some((row) => row.series.times.length > 1);
  return (
    <>
      <div className="scroll">
        <table className="result">
          <thead>
            <tr>
              <th>{t.metrics.legend}</th>
              {instant ? <><th className="r">{t.metrics.value}</th><th className="ph" aria-hidden="true" />{isVector && <th className="r ph">{t.metrics.samples}</th>}<th className="r ph">{t.metrics.time}</th></> : <><th className="r">{t.metrics.last}</th><th className="r ph">{t.metrics.min}</th><th className="r ph">{t.metrics.max}</th><th className="r ph">{t.metrics.mean}</th></>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map((row) => (
              <tr key={row.id} data-row>
                <td className="mono wrap">{row.series.name}</td>
                {instant ? (
                  <>
                    <td className="r strong" title={row.series.last ?? undefined}>{sampleText(row.series.last, row.format)}</td>
                    <td className="ph"><span className="meter"><i style={{ width: `${most === 0 ? 0 : (Math.abs(row.last ?? 0) / most) * 100}%` }} /></span></td>
                    {isVector && <td className="r ph">{row.series.times.length}</td>}
                    <td className="r ph mute">{clockSeconds(row.series.times.at(-1) ?? 0, zone)}</td>
                  </>
                ) : (
                  <><td className="r strong" title={row.series.last ?? undefined}>{sampleText(row.series.last, row.format)}</td><td className="r ph">{write(row, row.min)}</td><td className="r ph">{write(row, row.max)}</td><td className="r ph">{write(row, row.mean)}</td></>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MAX_ROWS && <footer><span>{t.metrics.rowsLeftOut(MAX_ROWS, rows.length)}</span></footer>}
    </>
  );
}
