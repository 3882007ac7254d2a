import { closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { EDITOR_THEME } from './editorTheme';

export interface QueryEditorProps {
  value: string;
  label: string;
  completions: string; // what screen readers call the list
  describedBy: string;
  isSearch?: boolean; // the field that the key / goes to
  language: () => Extension; // completion, checks, colours: made once, it calls what is new through a ref
  onChange: (text: string) => void;
  onRun: (text: string) => void;
  onFocus?: () => void;
}

/** A field for a query: Enter and Ctrl+Enter run it, Shift+Enter breaks the line, Tab leaves it. */
export function QueryEditor({ value, label, completions, describedBy, isSearch, language, onChange, onRun, onFocus }: QueryEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useLatest({ value, language, onChange, onRun, onFocus });
  useEffect(() => {
    if (!host.current) return;
    const run = (view: EditorView) => {
      latest.current.onRun(view.state.doc.toString());
      return true;
    };
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          // Tab is not taken: it leaves the field, as everywhere on the page.
          Prec.highest(keymap.of([
            { key: 'Mod-Enter', run },
            { key: 'Enter', run: (at) => (completionStatus(at.state) === 'active' ? false : run(at)) },
            { key: 'Shift-Enter', run: insertNewlineAndIndent },
          ])),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          history(), closeBrackets(), bracketMatching(), drawSelection(), EditorView.lineWrapping,
          latest.current.language(), EDITOR_THEME, EditorState.phrases.of({ Completions: completions }),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, 'data-write': '', ...(isSearch ? { 'data-search': '' } : {}), spellcheck: 'false', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.();
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
    // The editor lives as long as its place on the page; a changed text comes in below, the callbacks through `latest`.
  }, [label, completions, describedBy, isSearch, latest]);
  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === value) return;
    // As the editor counts it: a line end of two characters is one there.
    const text = view.state.toText(value);
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length } });
  }, [value]);
  return <div className="promql" ref={host} />;
}

/** What was given last, for what lives longer than one drawing. */
export function useLatest<T>(value: T) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
