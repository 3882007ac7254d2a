import { Link } from '@tanstack/react-router';
import { Icon } from '../../components/icons';
import { levelTone } from '../../components/logLevel';
import { Panel } from '../../components/Panel';
import { Sparkline } from '../../components/Sparkline';
import { Empty, Failure, Skeleton } from '../../components/states';
import { count, percent, times } from '../../format/number';
import { useText } from '../../messages';
import { useView } from '../../time/view';
import { isBroad } from './logql';
import type { LogsState } from './logsState';
import { ofQuery, ordered, templateParts, toneOf, verdictOf, type ComparedPattern } from './patterns';
import { shown } from './line';
import type { usePatterns } from './useLogs';

const FEW = 4;
const MANY = 100;

/** What is said, how often, and what is new or gone: a few above the lines, or all of them in their place. */
export function Patterns({ state, answer }: { state: LogsState; answer: ReturnType<typeof usePatterns> }) {
  const t = useText();
  const { setView } = useView();
  const all = state.patterns;
  const broad = isBroad(state.query);
  if (!all && !broad) return null;
  if (answer.error && !answer.data) return all ? <section className="panel"><Failure error={answer.error} retry={() => void answer.refetch()} /></section> : null;
  if (!answer.data) return <section className="panel"><Skeleton lines={all ? 10 : FEW} /></section>;
  const found = ordered(ofQuery(answer.data.patterns.patterns, state.query));
  if (found.length === 0 && !all) return null;
  const rows = found.slice(0, all ? MANY : FEW);
  const lines = found.reduce((sum, pattern) => sum + pattern.count, 0) + answer.data.patterns.otherLines;
  const inSight = rows.reduce((sum, pattern) => sum + pattern.count, 0);
  const switchTo = () => setView({ show: all ? undefined : 'patterns', open: undefined, near: undefined });
  return (
    <Panel title={t.logs.patterns} unit={rows.length === 0 ? undefined : t.logs.patternsHold(rows.length, Math.max(found.length, answer.data.patterns.total), lines === 0 ? '' : percent(inSight / lines))} tools={<button type="button" className="tool" onClick={switchTo}>{all ? t.logs.backToRecords : t.logs.allPatterns}</button>}>
      {!broad && <div className="hint inpanel"><Icon name="info" /><span>{t.logs.patternsBroad}</span></div>}
      {rows.length === 0 ? <Empty title={t.logs.noPatterns}>{t.logs.noPatternsNext}</Empty> : (
        <table className="patterns">
          <thead><tr><th>{t.logs.pattern}</th><th>{t.logs.againstBefore}</th><th className="ph">{t.table.trend}</th><th className="r">{t.logs.lines}</th></tr></thead>
          <tbody>{rows.map((pattern) => <PatternRow key={`${pattern.service} ${pattern.id}`} pattern={pattern} trend={answer.data.trends.get(pattern.id) ?? []} withExample={all} query={state.query} />)}</tbody>
        </table>
      )}
      {all && answer.data.patterns.otherLines > 0 && <p className="body mute">{t.logs.otherLines(count(answer.data.patterns.otherLines))}</p>}
    </Panel>
  );
}

function PatternRow({ pattern, trend, withExample, query }: { pattern: ComparedPattern; trend: readonly (number | null)[]; withExample: boolean; query: string }) {
  const t = useText();
  const tone = levelTone(pattern.level ?? '');
  const isNamed = query.includes(pattern.query.slice(pattern.query.indexOf('|>')));
  return (
    <tr className={isNamed ? 'sel' : ''}>
      <td className="patterncell">
        <Link className="template" data-row to="/logs" search={(before) => ({ ...before, q: pattern.query, show: undefined, open: undefined, near: undefined, limit: undefined })} title={t.logs.patternLines}>
          {tone !== '' && <span className={`lv ${tone}`}><Icon name={tone === 'bad' ? 'bad' : 'warn'} /><span className="sr">{pattern.level}</span></span>}
          <span className="mono">{templateParts(shown(pattern.template, 400)).map((part, i) => (part.varies ? <i key={i}>{part.text}</i> : part.text))}</span>
        </Link>
        <span className="under">{pattern.service}{withExample && pattern.example !== null && <> · <span className="mono">{shown(pattern.example, 300)}</span></>}</span>
      </td>
      <td><VerdictTag pattern={pattern} /></td>
      <td className="ph"><Sparkline values={trend} tone={toneOf(pattern)} /></td>
      <td className="r">{count(pattern.count)}</td>
    </tr>
  );
}

function VerdictTag({ pattern }: { pattern: ComparedPattern }) {
  const t = useText();
  const verdict = verdictOf(pattern);
  const tone = toneOf(pattern);
  const icon = tone === '' ? null : <Icon name="warn" />;
  switch (verdict.kind) {
    case 'new':
      return <span className={`tag ${tone}`}>{icon}{t.logs.verdict.isNew}</span>;
    case 'gone':
      return <span className={`tag ${tone}`}>{icon}{t.logs.verdict.isGone}</span>;
    case 'appeared':
      return <span className={`tag ${tone}`}>{icon}{t.logs.verdict.appeared}</span>;
    case 'more':
      return <span className={`tag ${tone}`}>{icon}{t.logs.verdict.more(times(verdict.times))}</span>;
    case 'less':
      return <span className="tag">{verdict.times === Infinity ? t.logs.verdict.none : t.logs.verdict.less(times(verdict.times))}</span>;
    case 'unknown':
      return <span className="tag line" title={t.logs.verdict.unknownWhy}>{t.logs.verdict.unknown}</span>;
    default:
      return <span className="tag">{t.logs.verdict.usual}</span>;
  }
}
