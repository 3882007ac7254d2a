import { useMemo } from 'react';
import { useText } from '../../messages';
import { minimapPaths } from './overview';
import { useDragRange } from './useDragRange';
import type { View, Waterfall } from './waterfall';

const MOST_LINES = 40;
const LEAST_LINES = 8;

/** The whole trace on a small strip; dragging over it zooms the waterfall. */
export function Minimap({ waterfall, view, isZoomed, zoom }: { waterfall: Waterfall; view: View; isZoomed: boolean; zoom: (view: View | null) => void }) {
  const t = useText();
  const total = waterfall.trace.totalNanos;
  const lines = Math.min(MOST_LINES, Math.max(LEAST_LINES, waterfall.order.length));
  const paths = useMemo(() => minimapPaths(waterfall, lines), [waterfall, lines]);
  const { band, handlers } = useDragRange({ from: 0, to: total }, zoom);
  const share = (nanos: number) => `${(nanos / total) * 100}%`;
  return (
    <div className={waterfall.order.length > lines ? 'minimap dense' : 'minimap'} title={t.trace.minimap} {...handlers}>
      <svg viewBox={`0 0 500 ${lines}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="all" d={paths.all} />
        <path className="path" d={paths.path} />
        <path className="failed" d={paths.failed} />
      </svg>
      {isZoomed && <span className="veil" style={{ left: 0, width: share(view.from) }} />}
      {isZoomed && <span className="veil" style={{ left: share(view.to), right: 0 }} />}
      {band && <span className="band drag" style={band} />}
    </div>
  );
}
