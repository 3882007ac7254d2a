import { Link } from '@tanstack/react-router';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useText } from '../../messages';
import { xPercent, yPercent, type Scale, type Span } from './layout';

export interface ChartDot {
  traceId: string;
  spanId?: string | undefined;
  atMs: number;
  value: number | null; // null: its value is not in the chart's unit, so it stands on the floor
  label: string;
}

/** Exemplars over a chart: each is one request, and leads to its trace. One tab stop; arrows go from dot to dot. */
export function Dots({ dots, scale, range }: { dots: readonly ChartDot[]; scale: Scale; range: Span }) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  if (dots.length === 0) return null;
  const current = Math.min(at, dots.length - 1);
  const move = (event: KeyboardEvent) => {
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: dots.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = Math.min(dots.length - 1, Math.max(0, next));
    setAt(to);
    box.current?.querySelectorAll<HTMLElement>('a')[to]?.focus();
  };
  return (
    <div className="dots" ref={box} role="group" aria-label={t.metrics.dotsLabel(dots.length)} onKeyDown={move}>
      {dots.map((dot, i) => (
        <Link key={`${dot.traceId} ${dot.atMs}`} className={place(dot, scale).kind} to="/traces/$traceId" params={{ traceId: dot.traceId }} search={dot.spanId === undefined ? {} : { span: dot.spanId }} tabIndex={i === current ? 0 : -1} title={dot.label} aria-label={dot.label} onFocus={() => setAt(i)} style={{ left: `${xPercent(dot.atMs, range.fromMs, range.toMs)}%`, top: `${place(dot, scale).top}%` }} />
      ))}
    </div>
  );
}

/** Above the scale a dot stands at its top as an arrow: the scale stays the lines'. */
function place(dot: ChartDot, scale: Scale): { top: number; kind: string } {
  if (dot.value === null) return { top: 100, kind: 'dot' };
  const top = yPercent(dot.value, scale);
  return top < 0 ? { top: 0, kind: 'dot over' } : { top: Math.min(100, top), kind: 'dot' };
}
