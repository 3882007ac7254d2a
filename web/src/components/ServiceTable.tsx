import type { Figure, ServiceRow } from '../api/bongsu';
import { DASH, number3 } from '../format/number';
import { useText } from '../messages';
import { useNow } from '../time/view';
import { Ago } from './When';
import { QueryLink, ServiceLink } from './links';
import { Sparkline } from './Sparkline';
import { ServiceStateWord } from './StateWord';

const toneOf = (row: ServiceRow): 'bad' | 'warn' | '' => (row.state === 'failing' ? 'bad' : row.state === 'degraded' ? 'warn' : '');

/** A figure that leads to its query; no data is a dash, zero a grey 0. */
export function FigureCell({ figure, factor = 1, tone = '', className = '' }: { figure: Figure; factor?: number; tone?: string; className?: string }) {
  const none = figure.value === null;
  return (
    <td className={`r ${none ? 'nodata' : figure.value === 0 ? 'zero' : tone} ${className}`}>
      <QueryLink query={figure.query} className="plainq">{none ? DASH : number3((figure.value ?? 0) * factor)}</QueryLink>
    </td>
  );
}

export function ServiceTable({ rows, wide }: { rows: readonly ServiceRow[]; wide: boolean }) {
  const t = useText();
  const now = useNow(30_000);
  const skip = Math.max(0, Math.min(...rows.map((row) => row.rateSpark.findIndex((value) => value !== null)).filter((at) => at >= 0), Infinity) - 1);
  const young = (values: readonly (number | null)[]) => (Number.isFinite(skip) ? values.slice(skip) : values);
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>{t.table.service}</th>
            <th>{t.table.state}</th>
            <th className="ph">{t.table.standsOut}</th>
            <th className="r ph">{t.table.rate} <small>/s</small></th>
            <th className="r">{t.table.errors} <small>%</small></th>
            <th className="ph">{t.table.trend}</th>
            {wide && <th className="r ph">p50 <small>ms</small></th>}
            <th className="r">p95 <small>ms</small></th>
            {wide && <th className="r ph">p99 <small>ms</small></th>}
            <th className="ph">{t.table.p95Trend}</th>
            <th className="r ph" colSpan={2}>{t.table.budget} <small>%</small></th>
            <th className="r ph" colSpan={2}>{t.table.release}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} data-row>
              <td><ServiceLink name={row.name} /></td>
              <td><ServiceStateWord row={row} /></td>
              <td className="clip ph soft">{row.standsOut ? t.standsOut(row.standsOut, now) : ''}</td>
              <FigureCell figure={row.rate} className="ph" />
              <FigureCell figure={row.errorRatio} factor={100} tone={row.standsOut?.code === 'latencyP95' ? '' : toneOf(row)} />
              <td className="ph"><Sparkline values={young(row.errorSpark)} tone={toneOf(row)} /></td>
              {wide && <FigureCell figure={row.p50Seconds} factor={1000} className="ph" />}
              <FigureCell figure={row.p95Seconds} factor={1000} />
              {wide && <FigureCell figure={row.p99Seconds} factor={1000} className="ph" />}
              <td className="ph"><Sparkline values={young(row.p95Spark)} tone={row.standsOut?.code === 'latencyP95' ? toneOf(row) : ''} /></td>
              <td className="r ph">{row.sloBudgetLeft === null ? <span className="mute">{DASH}</span> : row.sloBudgetLeft < 0 ? <span className="bad">{t.now.gone}</span> : number3(row.sloBudgetLeft * 100)}</td>
              <td className="ph">{row.sloBudgetLeft !== null && <Meter share={row.sloBudgetLeft} />}</td>
              <td className="r ph">{row.version ?? <span className="mute">{DASH}</span>}</td>
              <td className="r ph u">{row.lastReleaseMs !== null && <Ago ms={row.lastReleaseMs} bare />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Meter({ share }: { share: number }) {
  const tone = share < 0.1 ? 'bad' : share < 0.5 ? 'warn' : '';
  return (
    <span className={`meter ${tone}`} aria-hidden="true">
      <i style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
    </span>
  );
}
