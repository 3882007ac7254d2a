import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { formatQuery } from '../../api/prometheus';
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
    syntaxHighlighting(HIGHLIGHT), THEME, EditorState.phrases.of({ Completions: completions }),
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

// Ink, not colours: colour means state on this page, and a query has none.
const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.function(tags.variableName)], color: 'var(--ink)', fontWeight: '600' },
  { tag: [tags.labelName, tags.attributeName], color: 'var(--ink-2)' },
  { tag: tags.string, color: 'var(--ink-2)', fontStyle: 'italic' },
  { tag: [tags.number, tags.variableName], color: 'var(--ink)' },
  { tag: [tags.operator, tags.arithmeticOperator, tags.compareOperator, tags.logicOperator, tags.punctuation, tags.paren, tags.brace, tags.squareBracket], color: 'var(--ink-3)' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

const THEME = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: 'var(--fs-body)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6' },
  '.cm-content': { padding: '5px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--surface-3)', outline: '1px solid var(--line-strong)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-soft)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad-solid)', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn-solid)', textUnderlineOffset: '3px' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: 'var(--r-2)', boxShadow: 'var(--shadow-2)', overflow: 'hidden' },
  '.cm-tooltip .cm-diagnostic': { borderLeft: '3px solid var(--bad-solid)', fontSize: 'var(--fs-small)', padding: '6px 10px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', fontSize: 'var(--fs-small)', maxHeight: 'none', maxWidth: 'min(92vw, 44rem)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', color: 'var(--ink)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal', marginLeft: '1em' },
  '.cm-tooltip.cm-completionInfo': { backgroundColor: 'var(--surface)', color: 'var(--ink-2)', fontSize: 'var(--fs-small)', padding: '6px 10px', maxWidth: '22rem' },
});
