import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Incident } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { NOW_KEY } from '../../frame/data';
import { useTimeWindow } from '../../time/view';

/** The incident and one way to change it: every action answers with the whole incident, which replaces the shown one. */
export function useRoom(id: string) {
  const { everyMs } = useTimeWindow();
  const queries = useQueryClient();
  const key = ['incident', id];
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => bongsu.incident(id, signal), refetchInterval: everyMs === false ? false : Math.min(everyMs, 5000) });
  const act = useMutation({
    mutationFn: (action: () => Promise<Incident>) => action(),
    onSuccess: (incident) => {
      queries.setQueryData(key, incident);
      void queries.invalidateQueries({ queryKey: NOW_KEY });
    },
  });
  return { query, act };
}

export type Act = ReturnType<typeof useRoom>['act'];
