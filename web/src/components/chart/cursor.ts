import { useSyncExternalStore } from 'react';

// The time under the pointer, shared by all charts of the page.
let hoveredMs: number | null = null;
const listeners = new Set<() => void>();

export function setCursor(ms: number | null): void {
  if (ms === hoveredMs) return;
  hoveredMs = ms;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useCursor = (): number | null => useSyncExternalStore(subscribe, () => hoveredMs);

/** The value nearest to a time, or null when that point has none or lies farther than `limitMs`. */
export function valueAt(times: readonly number[], values: readonly (number | null)[], ms: number, limitMs: number): number | null {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 && ms - (times[low - 1] ?? 0) < (times[low] ?? Infinity) - ms ? low - 1 : low;
  const at = times[before];
  return at === undefined || Math.abs(at - ms) > limitMs ? null : (values[before] ?? null);
}
