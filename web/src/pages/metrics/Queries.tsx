import { lazy, Suspense, useEffect, useId, useState } from 'react';
import { formatQuery } from '../../api/prometheus';
import { DropMenu } from '../../components/DropMenu';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { useText } from '../../messages';
import type { Range } from '../../time/range';
import { MAX_QUERIES } from './exploreState';
import { readHistory, withQueries, writeHistory } from './history';
import { problemOf, type Problem } from './problem';

const Editor = lazy(() => import('./Editor'));

export const letterOf = (row: number): string => String.fromCharCode(65 + row);

interface QueriesProps {
  drafts: readonly string[];
  active: number;
  range: () => Range;
  setDrafts: (drafts: string[]) => void;
  setActive: (row: number) => void;
  run: (drafts: readonly string[]) => void;
}

/** The queries as they are written: one editor a row, the first problem of each under it. */
export function Queries({ drafts, active, range, setDrafts, setActive, run }: QueriesProps) {
  const t = useText();
  const [past, setPast] = useState(() => readHistory(globalThis.localStorage));
  const keep = (history: string[]) => {
    setPast(history);
    writeHistory(globalThis.localStorage, history);
  };
  const runAll = () => {
    keep(withQueries(past, drafts.map((draft) => draft.trim())));
    run(drafts);
  };
  const replace = (row: number, text: string) => setDrafts(drafts.map((draft, i) => (i === row ? text : draft)));
  const remove = (row: number) => {
    const left = drafts.filter((_, i) => i !== row);
    run(left);
    setDrafts(left.length === 0 ? [''] : left);
  };
  const add = () => {
    setDrafts([...drafts, '']);
    setActive(drafts.length);
  };
  const recall = past.length === 0 ? [{ label: t.metrics.noHistory, disabled: true, run: () => undefined }] : [...past.slice(0, 12).map((query) => ({ label: query, run: () => { replace(active, query); run(drafts.map((draft, i) => (i === active ? query : draft))); } })), { label: t.metrics.clearHistory, run: () => keep([]) }];
  return (
    <Panel title={t.metrics.queries} className="queries" tools={<DropMenu label={<><Icon name="clock" className="s" />{t.metrics.history}</>} entries={recall} />}>
      {drafts.map((draft, row) => (
        <QueryRow key={row} row={row} of={drafts.length} text={draft} active={row === active} range={range} change={(text) => replace(row, text)} focus={() => setActive(row)} run={runAll} remove={() => remove(row)} />
      ))}
      <div className="queryacts">
        <button type="button" className="btn primary" onClick={runAll}>{t.metrics.run}</button>
        {drafts.length < MAX_QUERIES && <button type="button" className="btn" onClick={add}>{t.metrics.add}</button>}
        <span className="hint ph"><span>{t.metrics.keysHint}</span></span>
      </div>
    </Panel>
  );
}

interface QueryRowProps {
  row: number;
  of: number;
  text: string;
  active: boolean;
  range: () => Range;
  change: (text: string) => void;
  focus: () => void;
  run: () => void;
  remove: () => void;
}

function QueryRow({ row, of, text, active, range, change, focus, run, remove }: QueryRowProps) {
  const t = useText();
  const [problem, setProblem] = useState<Problem | null>(null);
  const id = useId();
  const label = of === 1 ? t.metrics.query : t.metrics.queryOf(letterOf(row));
  useEffect(() => {
    if (text === '') setProblem(null);
  }, [text]);
  const format = () => {
    void formatQuery(text).then(change, (error: unknown) => setProblem(problemOf(error) ?? problem));
  };
  return (
    <div className={`queryrow ${of > 1 ? 'lettered' : ''} ${active && of > 1 ? 'active' : ''} ${problem ? 'wrong' : ''}`}>
      {of > 1 && <b className="letter" aria-hidden="true">{letterOf(row)}</b>}
      <div className="field">
        <Suspense fallback={<textarea aria-label={label} aria-busy="true" className="mono" rows={1} value={text} onChange={(event) => change(event.currentTarget.value)} />}>
          <Editor value={text} label={label} completions={t.metrics.completions} describedBy={id} range={range} onChange={change} onRun={run} onFocus={focus} onProblem={setProblem} />
        </Suspense>
      </div>
      <span className="rowacts">
        <button type="button" className="btn sm quiet" disabled={text.trim() === ''} onClick={format}>{t.metrics.format}</button>
        {(of > 1 || text !== '') && <button type="button" className="btn sm quiet icon" aria-label={t.metrics.remove(letterOf(row))} title={t.metrics.remove(letterOf(row))} onClick={remove}><Icon name="close" /></button>}
      </span>
      <p className="problem" id={id} role="status">{problem && <><Icon name="bad" className="s" />{t.metrics.problem(problem.line, problem.column, problem.message)}</>}</p>
    </div>
  );
}
