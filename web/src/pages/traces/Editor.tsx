import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { tagNames, tagValues } from '../../api/tempo';
import { EDITOR_THEME } from '../../components/editorTheme';
import type { Range } from '../../time/range';
import { literalOf, placeAt, STAGES } from './complete';

export interface EditorProps {
  value: string;
  label: string;
  completions: string; // what screen readers call the list
  describedBy: string;
  range: () => Range; // completion offers what exists in it
  onChange: (text: string) => void;
  onRun: () => void;
}

/** The TraceQL editor: names and values of attributes come from the server as one types. */
export default function Editor({ value, label, completions, describedBy, range, onChange, onRun }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const latest = useRef({ range, onChange, onRun });
  useEffect(() => {
    latest.current = { range, onChange, onRun };
  });
  useEffect(() => {
    if (!host.current) return;
    const run = () => {
      latest.current.onRun();
      return true;
    };
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          // Tab is not taken: it leaves the field, as everywhere on the page.
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, { key: 'Enter', run: (at) => (completionStatus(at.state) === 'active' ? false : run()) }, { key: 'Shift-Enter', run: insertNewlineAndIndent }])),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          history(), closeBrackets(), bracketMatching(), drawSelection(), EditorView.lineWrapping, EDITOR_THEME,
          autocompletion({ icons: false, maxRenderedOptions: 12, override: [(context) => complete(context, () => latest.current.range())] }),
          EditorState.phrases.of({ Completions: completions }),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': describedBy, 'data-write': '', spellcheck: 'false', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
    // The editor lives as long as the page; a changed text comes in below, the callbacks through `latest`.
  }, [label, completions, describedBy]);
  useEffect(() => {
    const view = editor.current;
    if (view && view.state.doc.toString() !== value) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  return <div className="promql" ref={host} />;
}

async function complete(context: CompletionContext, range: () => Range): Promise<CompletionResult | null> {
  const place = placeAt(context.state.sliceDoc(0, context.pos));
  if (!place || (place.kind === 'field' && place.typed === '' && !context.explicit)) return null;
  if (place.kind === 'stage') return { from: place.from, options: STAGES.map((label) => ({ label })), validFor: /^\w*$/ };
  const { fromMs, toMs } = range();
  try {
    if (place.kind === 'field') {
      const scopes = await tagNames(fromMs, toMs);
      const names = scopes.flatMap(({ scope, tags }) => tags.map((tag) => (scope === 'intrinsic' ? tag : `${scope}.${tag}`)));
      return { from: place.from, options: names.map((label) => ({ label })), validFor: /^[\w.:\-/]*$/ };
    }
    const values = await tagValues(place.field, '{}', fromMs, toMs);
    return { from: place.from, options: values.map((value) => (place.quoted ? { label: value.value, apply: JSON.stringify(value.value).slice(1, -1) } : { label: literalOf(value) })), validFor: /^[^"{}]*$/ };
  } catch {
    // A completion that fails offers nothing; running the query will say why.
    return null;
  }
}
