import { useQuery } from '@tanstack/react-query';
import type { Now, Session, Severity } from '../api/bongsu';
import { bongsu } from '../api/client';
import { useTimeWindow } from '../time/view';

export const SESSION_KEY = ['session'] as const;

export function useSession() {
  return useQuery<Session>({ queryKey: SESSION_KEY, queryFn: ({ signal }) => bongsu.session(signal), staleTime: 60_000, refetchInterval: 300_000 });
}

export const NOW_KEY = ['now'] as const;

/** The Now document feeds the rail's badges and beacon on every page, and the Now page itself. */
export function useNowData() {
  const { everyMs } = useTimeWindow();
  return useQuery<Now>({ queryKey: NOW_KEY, queryFn: ({ signal }) => bongsu.now(signal), refetchInterval: everyMs });
}

/** When the oldest data of the last hour begins, to the two minutes that sparklines tell; null when it is older or there is none. */
export function dataSince(now: Now | undefined): number | null {
  let since: number | null = null;
  for (const row of now?.services ?? []) {
    const first = row.rateSpark.findIndex((value) => value !== null);
    if (first === 0) return null;
    const at = row.sparkFromMs + (first - 1) * row.sparkStepMs;
    if (first > 0 && (since === null || at < since)) since = at;
  }
  return since;
}

/** The worst severity of the open incidents: 1 is worst; null when none is open. */
export function worstSeverity(now: Now | undefined): Severity | null {
  const open = (now?.incidents ?? []).filter((incident) => incident.status !== 'resolved');
  return open.length === 0 ? null : open.reduce<Severity>((worst, incident) => (incident.severity < worst ? incident.severity : worst), 4);
}
