import { autocompletion } from '@codemirror/autocomplete';
import { syntaxHighlighting } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { formatQuery } from '../../api/prometheus';
import { HIGHLIGHT } from '../../components/editorTheme';
import { QueryEditor, useLatest } from '../../components/QueryEditor';
import type { Range } from '../../time/range';
import { completionClient } from './completion';
import { offsetOf, placeOf, problemOf, type Problem } from './problem';

export interface EditorProps {
  value: string;
  label: string;
  completions: string; // what screen readers call the list
  describedBy: string;
  range: () => Range; // completion offers what exists in it
  onChange: (text: string) => void;
  onRun: () => void;
  onFocus: () => void;
  onProblem: (problem: Problem | null) => void;
}

const LINT_DELAY_MS = 350;

/** The PromQL editor: completion from the server, checked by the server's own parser as one types. */
export default function Editor({ range, onRun, onProblem, ...field }: EditorProps) {
  const latest = useLatest({ range, onProblem });
  return <QueryEditor {...field} onRun={() => onRun()} language={() => promql(() => latest.current)} />;
}

type Callbacks = Pick<EditorProps, 'range' | 'onProblem'>;

function promql(latest: () => Callbacks) {
  const language = new PromQLExtension().activateLinter(false).setComplete({ remote: completionClient(() => latest().range()) });
  return [
    // As many as stand without scrolling: the arrows bring the next ones, and nothing is out of a keyboard's reach.
    autocompletion({ icons: false, maxRenderedOptions: 12 }),
    language.asExtension(),
    linter((view) => check(view, language, latest), { delay: LINT_DELAY_MS }),
    syntaxHighlighting(HIGHLIGHT),
  ];
}

/** What is wrong with the text in the server's words, for it will run it; in the browser's own while the server does not answer. The page hears of the first. */
async function check(view: EditorView, promql: PromQLExtension, latest: () => Callbacks): Promise<readonly Diagnostic[]> {
  const text = view.state.doc.toString();
  if (text.trim() === '') {
    latest().onProblem(null);
    return [];
  }
  const linter = promql.getLinter();
  const found = (await askServer(text)) ?? (await linter.promQL.call(linter)(view));
  if (view.state.doc.toString() !== text) return [];
  const [first] = found;
  latest().onProblem(first ? { ...placeOf(text, first.from), message: first.message } : null);
  return found;
}

async function askServer(text: string): Promise<Diagnostic[] | null> {
  try {
    await formatQuery(text);
    return [];
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) return null;
    const from = Math.min(offsetOf(text, problem), Math.max(0, text.length - 1));
    return [{ from, to: Math.min(text.length, from + 1), severity: 'error', message: problem.message }];
  }
}
