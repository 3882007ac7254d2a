import { DASH } from '../../format/number';
import { useText } from '../../messages';
import { lookOf, MAX_ROWS, type Row } from './rows';

interface LegendProps {
  rows: readonly Row[];
  hidden: ReadonlySet<string>;
  only: string | null;
  look: (id: string | null) => void;
  toggle: (id: string) => void;
  solo: (id: string) => void;
  all: () => void;
}

/** Every series with its line, its figures, a box to hide it and its name to see it alone. */
export function Legend({ rows, hidden, only, look, toggle, solo, all }: LegendProps) {
  const t = useText();
  const alone = only !== null && rows.some((row) => row.id === only) ? only : null;
  const nameOf = (row: Row) => (row.name === '' ? row.series.name : row.name);
  const write = (row: Row, value: number | null) => (value === null ? DASH : row.format(value));
  return (
    <>
      <div className="scroll legend">
        <table>
          <thead><tr><th>{t.metrics.legend}</th><th className="r">{t.metrics.last}</th><th className="r ph">{t.metrics.min}</th><th className="r ph">{t.metrics.max}</th><th className="r ph">{t.metrics.mean}</th></tr></thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map((row, place) => {
              const shown = alone === null ? !hidden.has(row.id) : alone === row.id;
              const line = lookOf(place);
              return (
                <tr key={row.id} data-row className={shown ? '' : 'off'} onMouseEnter={() => shown && look(row.id)} onMouseLeave={() => look(null)}>
                  <td className="clip">
                    <span className="series">
                      <input type="checkbox" checked={shown} aria-label={t.metrics.shown(nameOf(row))} onChange={() => (alone === null ? toggle(row.id) : solo(row.id))} />
                      <svg className="swatch plot" viewBox="0 0 22 6" aria-hidden="true"><line className={`${line.tone} ${line.pattern}`} x1="1" y1="3" x2="21" y2="3" /></svg>
                      <button type="button" className="mono" aria-pressed={alone === row.id} title={`${row.series.name} — ${t.metrics.solo(nameOf(row))}`} onFocus={() => shown && look(row.id)} onBlur={() => look(null)} onClick={() => solo(row.id)}>{nameOf(row)}</button>
                    </span>
                  </td>
                  <td className="r">{write(row, row.last)}</td><td className="r ph">{write(row, row.min)}</td><td className="r ph">{write(row, row.max)}</td><td className="r ph">{write(row, row.mean)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {(alone !== null || hidden.size > 0 || rows.length > MAX_ROWS) && (
        <footer>
          {(alone !== null || hidden.size > 0) && <button type="button" className="linkbutton" onClick={all}>{t.metrics.all}</button>}
          {rows.length > MAX_ROWS && <span>{t.metrics.rowsLeftOut(MAX_ROWS, rows.length)}</span>}
        </footer>
      )}
    </>
  );
}
