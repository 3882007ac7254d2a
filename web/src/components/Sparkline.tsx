import { linePath, areaPath, niceScale, pieces, yPercent } from './chart/layout';

interface SparklineProps {
  values: readonly (number | null)[];
  tone?: 'bad' | 'warn' | '';
  markAt?: number | null; // share of the width, for a release
}

/** A trend without axes, 92 × 22; missing data is a dotted tail, never a line at zero. */
export function Sparkline({ values, tone = '', markAt = null }: SparklineProps) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return <span className="spark none" />;
  const times = values.map((_, i) => i);
  const found = pieces(times, values);
  const range = { fromMs: 0, toMs: Math.max(1, values.length - 1) };
  const scale = niceScale(0, Math.max(...known) * 1.15);
  const last = found[found.length - 1]?.at(-1);
  const endX = last ? (last[0] / range.toMs) * 1000 : 0;
  const endY = last ? yPercent(last[1], scale) : 0;
  const gone = last !== undefined && last[0] < values.length - 1;
  return (
    <svg className={`spark ${tone}`} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      <path className="fill" d={areaPath(found, range, scale)} />
      {markAt !== null && <line className="mark" x1={markAt * 1000} x2={markAt * 1000} y1="0" y2="100" vectorEffect="non-scaling-stroke" />}
      <path d={linePath(found, range, scale)} vectorEffect="non-scaling-stroke" />
      {gone && <line className="gone" x1={endX} x2="1000" y1={endY} y2={endY} vectorEffect="non-scaling-stroke" />}
      {last && <line className="dot" x1={endX} x2={endX} y1={endY} y2={endY} vectorEffect="non-scaling-stroke" />}
    </svg>
  );
}
