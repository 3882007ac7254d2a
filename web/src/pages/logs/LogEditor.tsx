import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import { placeholder, type EditorView } from '@codemirror/view';
import { formatQuery } from '../../api/loki';
import { HIGHLIGHT } from '../../components/editorTheme';
import { QueryEditor, useLatest } from '../../components/QueryEditor';
import { offsetOf, type Problem } from '../metrics/problem';
import { problemOf } from './problem';
import { STAGES, wantedAt } from './suggest';

export interface LogEditorProps {
  value: string;
  label: string;
  hint: string;
  completions: string; // what screen readers call the list
  describedBy: string;
  names: (of: 'label' | 'field') => Promise<readonly string[]>;
  values: (name: string, isStream: boolean) => Promise<readonly string[]>;
  onChange: (text: string) => void;
  onRun: (text: string) => void;
  onProblem: (problem: Problem | null) => void;
}

const LINT_DELAY_MS = 350;

/** The query bar: LogQL with names and values of what is stored, checked by the server's own parser. Plain words pass unchecked. */
export default function LogEditor({ hint, names, values, onProblem, ...field }: LogEditorProps) {
  const latest = useLatest({ names, values, onProblem });
  return <QueryEditor {...field} isSearch language={() => logql(hint, () => latest.current)} />;
}

type Callbacks = Pick<LogEditorProps, 'names' | 'values' | 'onProblem'>;

function logql(hint: string, latest: () => Callbacks) {
  return [
    placeholder(hint),
    autocompletion({ icons: false, maxRenderedOptions: 12, override: [(context) => complete(context, latest())] }),
    LOGQL, linter((view) => check(view, latest), { delay: LINT_DELAY_MS }), syntaxHighlighting(HIGHLIGHT),
  ];
}

async function complete(context: CompletionContext, ask: Callbacks): Promise<CompletionResult | null> {
  const wanted = wantedAt(context.state.doc.sliceString(0, context.pos));
  if (!wanted) return null;
  const { from } = wanted;
  const valid = { validFor: /^[\w.\-/ ]*$/ };
  switch (wanted.kind) {
    case 'label':
      return { from, options: (await ask.names('label')).map((name) => ({ label: name, apply: `${name}=`, boost: name === 'service_name' ? 1 : 0 })), ...valid };
    case 'value':
      return { from, options: (await ask.values(wanted.name, wanted.isStream)).map((value) => ({ label: value, apply: JSON.stringify(value).slice(1, -1) })), ...valid };
    default:
      return { from, options: [...STAGES.map((stage) => ({ label: stage.replace(/ ?""$/, '').trim(), apply: ` ${stage}`.slice(context.matchBefore(/\|\w*$/) ? 0 : 1), boost: 1 })), ...(await ask.names('field')).map((name) => ({ label: name, apply: `${context.matchBefore(/\|\w*$/) ? ' ' : ''}${name}=` }))], ...valid };
  }
}

/** What is wrong with the text in the server's words; a plain word is no LogQL and needs no check. */
async function check(view: EditorView, latest: () => Callbacks): Promise<readonly Diagnostic[]> {
  const text = view.state.doc.toString();
  const found = text.includes('{') ? await askServer(text) : null;
  if (view.state.doc.toString() !== text) return [];
  latest().onProblem(found);
  if (!found) return [];
  const from = Math.min(offsetOf(text, found), Math.max(0, text.length - 1));
  return [{ from, to: Math.min(text.length, from + 1), severity: 'error', message: found.message }];
}

async function askServer(text: string): Promise<Problem | null> {
  try {
    await formatQuery(text);
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

const WORDS = /^(json|logfmt|pattern|regexp|unpack|line_format|label_format|decolorize|drop|keep|unwrap|by|without|on|ignoring|offset|bool|or|and|unless|ip|sum|avg|min|max|count|topk|bottomk|rate|count_over_time|bytes_rate|bytes_over_time|sum_over_time|avg_over_time|max_over_time|min_over_time|quantile_over_time|first_over_time|last_over_time|absent_over_time|stddev_over_time|stdvar_over_time|sort|sort_desc)\b/;

const LOGQL = StreamLanguage.define<{ braces: boolean }>({
  name: 'logql',
  startState: () => ({ braces: false }),
  token(stream, state) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^`[^`]*`?/)) return 'string';
    if (stream.match(/^(\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[|=<>+*/%^-])/)) return 'operator';
    if (stream.match(/^\d+(\.\d+)?[a-zA-Z]*/)) return 'number';
    if (!state.braces && stream.match(WORDS)) return 'keyword';
    if (stream.match(/^[a-zA-Z_][\w:]*/)) return 'labelName';
    const char = stream.next();
    if (char === '{' || char === '}') state.braces = char === '{';
    return 'punctuation';
  },
});
