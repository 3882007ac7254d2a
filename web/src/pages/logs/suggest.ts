// What can stand where the cursor is in a LogQL query.

export type Wanted =
  | { kind: 'label'; from: number; typed: string }
  | { kind: 'value'; from: number; typed: string; name: string; isStream: boolean }
  | { kind: 'stage'; from: number; typed: string };

/** What comes after a bar, most used first. */
export const STAGES = ['json', 'logfmt', 'line_format ""', 'label_format ', 'pattern ""', 'regexp ""', 'unpack', 'decolorize', 'drop ', 'keep '] as const;

/** Reads the text before the cursor: names inside the braces, values inside quotes behind a name, stages behind a bar. */
export function wantedAt(before: string): Wanted | null {
  const open = before.lastIndexOf('{');
  const inside = open !== -1 && !closed(before.slice(open));
  const value = /([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)$/.exec(before);
  if (value) return { kind: 'value', from: before.length - (value[2] ?? '').length, typed: value[2] ?? '', name: value[1] ?? '', isStream: inside };
  if (quoted(before)) return null;
  const name = /([a-zA-Z_]\w*)?$/.exec(before)?.[1] ?? '';
  const ahead = before.slice(0, before.length - name.length).trimEnd();
  if (inside) return /[{,]$/.test(ahead) ? { kind: 'label', from: before.length - name.length, typed: name } : null;
  return /\|$/.test(ahead) ? { kind: 'stage', from: before.length - name.length, typed: name } : null;
}

const closed = (text: string): boolean => {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '');
  return bare.includes('}');
};

/** Whether the end of the text is inside quotes. */
const quoted = (text: string): boolean => /["`]/.test(text.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, ''));
