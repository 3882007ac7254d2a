import type { TagValue } from '../../api/tempo';

// What may stand at a place of a TraceQL query.

export type Place =
  | { kind: 'value'; field: string; from: number; typed: string; quoted: boolean }
  | { kind: 'field'; from: number; typed: string }
  | { kind: 'stage'; from: number; typed: string }
  | null;

const FIELD = String.raw`(?:(?:span|resource|event|link|instrumentation|trace)?[.:](?:[\w.\-/:]|"(?:[^"\\]|\\.)*")+|[a-zA-Z][\w:]*)`;
const OPEN_VALUE = new RegExp(String.raw`(${FIELD})\s*(?:=~|!~|!=|>=|<=|=|>|<)\s*("?)([^"\s&|{}()]*)$`);
const IN_QUOTES = new RegExp(String.raw`(${FIELD})\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)$`);
const WORD = /[a-zA-Z.][\w.:\-/]*$/;

export function placeAt(before: string): Place {
  const quoted = oddQuotes(before) ? IN_QUOTES.exec(before) : null;
  if (oddQuotes(before)) return quoted ? { kind: 'value', field: quoted[1] ?? '', from: before.length - (quoted[2] ?? '').length, typed: quoted[2] ?? '', quoted: true } : null;
  const word = WORD.exec(before)?.[0] ?? '';
  const head = before.slice(0, before.length - word.length).trimEnd();
  const inBraces = before.lastIndexOf('{') > before.lastIndexOf('}');
  if (!inBraces) return head.endsWith('|') && !head.endsWith('||') ? { kind: 'stage', from: before.length - word.length, typed: word } : null;
  const value = OPEN_VALUE.exec(before);
  if (value) return { kind: 'value', field: value[1] ?? '', from: before.length - (value[3] ?? '').length, typed: value[3] ?? '', quoted: false };
  return /(?:[{(!]|&&|\|\|)$/.test(head) ? { kind: 'field', from: before.length - word.length, typed: word } : null;
}

const oddQuotes = (text: string): boolean => (text.replace(/\\./g, '').split('"').length - 1) % 2 === 1;

export const STAGES = ['count()', 'avg(duration)', 'max(duration)', 'min(duration)', 'sum(duration)', 'by(resource.service.name)', 'select(name)'];

/** A value as TraceQL writes it: texts in quotes, the rest as it is. */
export const literalOf = ({ type, value }: TagValue): string => (type === 'string' ? JSON.stringify(value) : value);

/** What somebody typed for an attribute, written as the attribute's known values are. */
export function literalLike(text: string, known: readonly TagValue[]): string {
  const exact = known.find((one) => one.value === text);
  if (exact) return literalOf(exact);
  const isText = known.length > 0 && known.every((one) => one.type === 'string');
  return !isText && /^(?:-?\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h)?|true|false)$/.test(text) ? text : JSON.stringify(text);
}
