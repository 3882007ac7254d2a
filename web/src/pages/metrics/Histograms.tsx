import type { Bucket, Histogram } from '../../api/prometheus';
import { useText } from '../../messages';
import type { Row } from './rows';
import { figure, type Format } from './units';

const MOST = 8;
const MAX_BUCKETS = 160;

/** Native histograms as what they are: the newest sample of each series, bucket by bucket. */
export function Histograms({ rows }: { rows: readonly Row[] }) {
  const t = useText();
  return (
    <div className="histograms">
      {rows.slice(0, MOST).map((row) => {
        const histogram = row.series.histograms.at(-1);
        return histogram ? <Distribution key={row.id} name={row.series.name} histogram={histogram} format={row.format} /> : null;
      })}
      {rows.length > MOST && <p className="body mute">{t.metrics.histogramsLeftOut(MOST, rows.length)}</p>}
    </div>
  );
}

function Distribution({ name, histogram, format }: { name: string; histogram: Histogram; format: Format }) {
  const t = useText();
  const most = histogram.buckets.reduce((high, bucket) => Math.max(high, bucket.count), 0);
  return (
    <section>
      <h3><span className="mono">{name}</span> <span className="mute">{t.metrics.observations(figure(histogram.count), format(histogram.sum))}</span></h3>
      {histogram.buckets.length === 0 && <p className="mute">{t.metrics.noBuckets}</p>}
      {histogram.buckets.length > 0 && (
        <div className="scroll bucketscroll" tabIndex={0} role="region" aria-label={`${t.metrics.buckets}: ${name}`}>
          <table>
            <thead><tr><th className="r">{t.metrics.bucketRange}</th><th className="r">{t.metrics.bucketCount}</th><th aria-hidden="true" /></tr></thead>
            <tbody>
              {histogram.buckets.slice(0, MAX_BUCKETS).map((bucket) => (
                <tr key={`${bucket.lower} ${bucket.upper}`}>
                  <td className="r nw">{boundsText(bucket, format)}</td><td className="r">{figure(bucket.count)}</td>
                  <td className="grow"><span className="meter wide"><i style={{ width: `${most === 0 ? 0 : (bucket.count / most) * 100}%` }} /></span></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** (380 ms, 453 ms] — the brackets say which end belongs to the bucket. */
export function boundsText(bucket: Bucket, format: Format): string {
  const write = (bound: number) => (Number.isFinite(bound) ? format(bound) : bound > 0 ? '∞' : '−∞');
  const closedLeft = bucket.bounds === 1 || bucket.bounds === 3;
  const closedRight = bucket.bounds === 0 || bucket.bounds === 3;
  return `${closedLeft ? '[' : '('}${write(bucket.lower)}, ${write(bucket.upper)}${closedRight ? ']' : ')'}`;
}
