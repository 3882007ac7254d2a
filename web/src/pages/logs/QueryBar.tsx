import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useId, useState, type ReactNode } from 'react';
import { detectedFields, labelValues, streamLabels, type LogAnswer } from '../../api/loki';
import { getJson } from '../../api/http';
import { Icon } from '../../components/icons';
import { useDraft } from '../../components/useDraft';
import { bytes, seconds } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import type { Problem } from '../metrics/problem';
import { asQuery, DEFAULT_QUERY } from './logql';
import { asking, type LogsState } from './logsState';
import { problemOf } from './problem';

const LogEditor = lazy(() => import('./LogEditor'));

const FRESH_MS = 60_000;

/** The query as it stands; what is typed runs on Enter. What the server says against it stands under it, with its place. */
export function QueryBar({ state, answer, error, again, children }: { state: LogsState; answer: LogAnswer | undefined; error: unknown; again: () => void; children: ReactNode }) {
  const t = useText();
  const id = useId();
  const { setView } = useView();
  const { names, values } = useSuggestions(state.query);
  const [draft, setDraft] = useDraft(state.query);
  const [typed, setTyped] = useState<Problem | null>(null);
  const problem = draft === state.query ? (problemOf(error) ?? typed) : typed;
  useEffect(() => setTyped(null), [state.query]);
  const run = (text: string) => {
    const query = asQuery(text);
    setDraft(query);
    // The same query again: nothing changes in the address, so it is asked anew here.
    if (query === state.query) again();
    else setView(asking(query));
  };
  return (
    <div className={`querybox ${problem ? 'wrong' : ''}`}>
      <div className="field">
        <Icon name="search" className="s" />
        <Suspense fallback={<input aria-label={t.logs.query} className="mono" value={draft} onChange={(event) => setDraft(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && run(draft)} />}>
          <LogEditor value={draft} label={t.logs.query} hint={t.logs.queryHint} completions={t.metrics.completions} describedBy={id} names={names} values={values} onChange={setDraft} onRun={run} onProblem={setTyped} />
        </Suspense>
        {answer?.bytesRead != null && <span className="mute dk readnote">{t.logs.read(bytes(answer.bytesRead), seconds(answer.elapsedSeconds ?? 0))}</span>}
        {draft !== DEFAULT_QUERY && <button type="button" className="fact" title={t.logs.clear} aria-label={t.logs.clear} onClick={() => run('')}><Icon name="close" className="s" /></button>}
      </div>
      <button type="button" className="btn" onClick={() => run(draft)}>{t.logs.run}</button>
      {children}
      <p className="problem" id={id} role="status">{problem && <><Icon name="bad" className="s" />{t.metrics.problem(problem.line, problem.column, problem.message)}</>}</p>
    </div>
  );
}

/** Names and values for completion, asked once a minute. */
function useSuggestions(query: string) {
  const client = useQueryClient();
  const window = useTimeWindow();
  const { resolve } = window;
  const names = useCallback((of: 'label' | 'field') => client.fetchQuery({
    queryKey: ['log suggestions', of, of === 'field' ? query : ''],
    queryFn: async () => {
      const { fromMs, toMs } = resolve();
      return of === 'label' ? streamLabels(fromMs, toMs) : (await detectedFields(query, fromMs, toMs, 200)).map((field) => field.label);
    },
    staleTime: FRESH_MS,
    retry: false,
  }).catch(() => [] as string[]), [client, query, resolve]);
  const values = useCallback((name: string, isStream: boolean) => client.fetchQuery({
    queryKey: ['log suggestions', 'values', name, isStream ? '' : query],
    queryFn: async () => {
      const { fromMs, toMs } = resolve();
      if (isStream) return (await labelValues(name, fromMs, toMs)).slice(0, 200);
      const params = { query, start: `${Math.round(fromMs)}000000`, end: `${Math.round(toMs)}000000`, line_limit: 500, limit: 50 };
      return (await getJson<{ values?: string[] | null }>(`/loki/api/v1/detected_field/${encodeURIComponent(name)}/values`, params)).values ?? [];
    },
    staleTime: FRESH_MS,
    retry: false,
  }).catch(() => [] as string[]), [client, query, resolve]);
  return { names, values };
}
