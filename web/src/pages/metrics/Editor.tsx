import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { formatQuery } from '../../api/prometheus';
import { EDITOR_THEME, HIGHLIGHT } from '../../components/editorTheme';
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
export default function Editor({ value, label, completions, describedBy, range, onChange, onRun, onFocus, onProblem }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef({ range, onChange, onRun, onFocus, onProblem });
  useEffect(() => {
    latest.current = { range, onChange, onRun, onFocus, onProblem };
  });
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({ parent: host.current, state: EditorState.create({ doc: value, extensions: extensions({ label, completions, describedBy }, () => latest.current) }) });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
    // The editor lives as long as its row; a changed text comes in below, the callbacks through `latest`.
  }, [label, completions, describedBy]);
  useEffect(() => {
    const view = editor.current;
    if (view && view.state.doc.toString() !== value) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  return <div className="promql" ref={host} />;
}

type Callbacks = Pick<EditorProps, 'range' | 'onChange' | 'onRun' | 'onFocus' | 'onProblem'>;

function extensions({ label, completions, describedBy }: Pick<EditorProps, 'label' | 'completions' | 'describedBy'>, latest: () => Callbacks) {
  const promql = new PromQLExtension().activateLinter(false).setComplete({ remote: completionClient(() => latest().range()) });
  const run = () => {
    latest().onRun();
    return true;
  };
  return [
    // Tab is not taken: it leaves the field, as everywhere on the page.
    Prec.highest(keymap.of([
      { key: 'Mod-Enter', run },
      { key: 'Enter', run: (view) => (completionStatus(view.state) === 'active' ? false : run()) },
      { key: 'Shift-Enter', run: insertNewlineAndIndent },
    ])),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    history(), closeBrackets(), bracketMatching(), drawSelection(), EditorView.lineWrapping,
    // As many as stand without scrolling: the arrows bring the next ones, and nothing is out of a keyboard's reach.
    autocompletion({ icons: false, maxRenderedOptions: 12 }),
    promql.asExtension(),
    linter((view) => check(view, promql, latest), { delay: LINT_DELAY_MS }),
    syntaxHighlighting(HIGHLIGHT), EDITOR_THEME, EditorState.phrases.of({ Completions: completions }),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, 'data-write': '', spellcheck: 'false', autocapitalize: 'off' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest().onChange(update.state.doc.toString());
      if (update.focusChanged && update.view.hasFocus) latest().onFocus();
    }),
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
