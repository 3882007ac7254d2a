import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { tagNames, tagValues } from '../../api/tempo';
import { QueryEditor, useLatest } from '../../components/QueryEditor';
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
export default function Editor({ range, onRun, ...field }: EditorProps) {
  const latest = useLatest(range);
  return <QueryEditor {...field} onRun={() => onRun()} language={() => autocompletion({ icons: false, maxRenderedOptions: 12, override: [(context) => complete(context, () => latest.current())] })} />;
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
