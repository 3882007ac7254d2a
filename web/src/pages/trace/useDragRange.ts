import { useState, type PointerEvent } from 'react';
import type { View } from './waterfall';

const LEAST_SHARE = 0.005;

/** Drags a stretch of time over a box as wide as the view; a double click shows all again. */
export function useDragRange(view: View, zoom: (view: View | null) => void) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const at = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return box.width > 0 ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: at(event), to: at(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (drag) setDrag({ from: drag.from, to: at(event) });
    },
    onPointerUp: () => {
      if (drag && Math.abs(drag.to - drag.from) > LEAST_SHARE) {
        const span = view.to - view.from;
        zoom({ from: view.from + Math.min(drag.from, drag.to) * span, to: view.from + Math.max(drag.from, drag.to) * span });
      }
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
    onDoubleClick: () => zoom(null),
  };
  const band = drag && { left: `${Math.min(drag.from, drag.to) * 100}%`, width: `${Math.abs(drag.to - drag.from) * 100}%` };
  return { band, handlers };
}
