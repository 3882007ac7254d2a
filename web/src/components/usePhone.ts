import { useSyncExternalStore } from 'react';

const narrow = (): MediaQueryList => window.matchMedia('(max-width: 719px)');

function subscribe(listener: () => void): () => void {
  const query = narrow();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether the page is drawn as on a phone; the same limit as in the styles. */
export const usePhone = (): boolean => useSyncExternalStore(subscribe, () => narrow().matches);
