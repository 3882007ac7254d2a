import type { ViewState } from '../../time/view';

// What the form chooses, and the TraceQL it stands for: `writeForm` makes the query, `readForm` finds the choice again in a query that
// anybody may have edited since. A query of another form reads as null and is left alone.

/** Which spans are looked at: the roots, each of which is one request; those that answer a caller; or all. */
export type Of = 'roots' | 'entries' | 'all';

export interface Condition {
  field: string; // span.http.route
  op: '=' | '!=' | '=~' | '!~' | '>' | '>=' | '<' | '<=';
  value: string; // as TraceQL writes it: "text", 5, true, 200ms
}

export interface Form {
  of: Of;
  service: string;
  name: string; // an operation, or a route when it begins with /
  status: '' | 'error' | 'ok';
  min: string;
  max: string;
  conditions: Condition[];
}

export const EMPTY_FORM: Form = { of: 'roots', service: '', name: '', status: '', min: '', max: '', conditions: [] };

/** "250ms", "1.5s", "2m" as TraceQL takes them; null when it is not a duration. */
export function duration(text: string): string | null {
  const match = /^\s*(\d{1,9}(?:\.\d{1,6})?)\s*(us|µs|ms|s|m)\s*$/.exec(text);
  return match ? `${match[1] ?? ''}${match[2] === 'µs' ? 'us' : (match[2] ?? '')}` : null;
}

/** What other pages ask for in the address, as TraceQL; a query written by hand wins. */
export function traceqlOf(view: Pick<ViewState, 'q' | 'service' | 'name' | 'min' | 'status'>): string {
  if (view.q !== undefined && view.q.trim() !== '') return view.q.trim();
  const parts: string[] = [];
  if (view.service) parts.push(`resource.service.name = ${JSON.stringify(view.service)}`);
  if (view.name) parts.push(`name = ${JSON.stringify(view.name)}`);
  const min = view.min ? duration(view.min) : null;
  if (min !== null) parts.push(`duration > ${min}`);
  if (view.status === 'error') parts.push('status = error');
  if (view.status === 'ok') parts.push('status != error');
  return spanset(parts);
}

const spanset = (parts: readonly string[]): string => (parts.length === 0 ? '{}' : `{ ${parts.join(' && ')} }`);

const ROOTS = 'nestedSetParent < 0';
const ENTRIES = '(kind = server || kind = consumer)';

export function writeForm(form: Form): string {
  const parts: string[] = [];
  if (form.of === 'roots') parts.push(ROOTS);
  if (form.of === 'entries') parts.push(ENTRIES);
  if (form.service !== '') parts.push(`resource.service.name = ${JSON.stringify(form.service)}`);
  if (form.name !== '') parts.push(`${form.name.startsWith('/') ? 'span.http.route' : 'name'} = ${JSON.stringify(form.name)}`);
  if (form.status !== '') parts.push(form.status === 'error' ? 'status = error' : 'status != error');
  const min = duration(form.min);
  const max = duration(form.max);
  if (min !== null) parts.push(`duration >= ${min}`);
  if (max !== null) parts.push(`duration <= ${max}`);
  for (const { field, op, value } of form.conditions) parts.push(`${field} ${op} ${value}`);
  return spanset(parts);
}

const CONDITION = /^((?:span|resource|event|link|instrumentation)?\.(?:[\w.\-/]+|"(?:[^"\\]|\\.)*")|[a-zA-Z][\w:]*)\s*(=~|!~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|`[^`]*`|[\w.\-µ]+)$/;

export function readForm(q: string): Form | null {
  const inside = singleFilter(q);
  if (inside === null) return null;
  const form: Form = { ...EMPTY_FORM, of: 'all', conditions: [] };
  for (const part of inside.trim() === '' ? [] : splitTop(inside, '&&')) if (!readPart(part.trim(), form)) return null;
  return form;
}

function readPart(part: string, form: Form): boolean {
  const tight = part.replace(/\s+/g, '');
  if (tight === 'nestedSetParent<0' || tight === '(kind=server||kind=consumer)') {
    if (form.of !== 'all') return false;
    form.of = tight.startsWith('n') ? 'roots' : 'entries';
    return true;
  }
  const [, field = '', op = '', value = ''] = CONDITION.exec(part) ?? [];
  if (field === '') return false;
  const text = unquoted(value);
  if (field === 'resource.service.name' && op === '=' && text !== null && form.service === '') form.service = text;
  else if (field === 'name' && op === '=' && text !== null && form.name === '' && !text.startsWith('/')) form.name = text;
  else if (field === 'span.http.route' && op === '=' && text?.startsWith('/') && form.name === '') form.name = text;
  else if (field === 'status' && value === 'error' && form.status === '' && (op === '=' || op === '!=')) form.status = op === '=' ? 'error' : 'ok';
  else if (field === 'duration' && (op === '>=' || op === '>') && form.min === '' && duration(value) !== null) form.min = value;
  else if (field === 'duration' && (op === '<=' || op === '<') && form.max === '' && duration(value) !== null) form.max = value;
  else form.conditions.push({ field, op: op as Condition['op'], value });
  return true;
}

function unquoted(value: string): string | null {
  if (value.startsWith('`')) return value.slice(1, -1);
  try {
    return value.startsWith('"') ? (JSON.parse(value) as string) : null;
  } catch {
    return null;
  }
}

/** What stands inside of the only braces of a query, or null when it is more than one filter. */
export function singleFilter(q: string): string | null {
  const trimmed = q.trim();
  if (!trimmed.startsWith('{')) return null;
  const end = closingAt(trimmed);
  return end === trimmed.length - 1 ? trimmed.slice(1, end) : null;
}

/** Where the brace that opens a text is closed; quotes are skipped. */
function closingAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"' || char === '`') i = quoteEnd(text, i);
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return i;
  }
  return -1;
}

function quoteEnd(text: string, from: number): number {
  const quote = text[from];
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote === '"') i++;
    else if (text[i] === quote) return i;
  }
  return text.length;
}

/** Splits at an operator that stands outside of quotes and parentheses. */
export function splitTop(text: string, at: '&&' | '||'): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"' || char === '`') i = quoteEnd(text, i);
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (depth === 0 && text.startsWith(at, i)) {
      parts.push(text.slice(from, i));
      from = i + 2;
      i++;
    }
  }
  return [...parts, text.slice(from)];
}

/** A query with one more condition on its spans: inside of a plain filter, as a further filter behind anything else. */
export function narrowed(q: string, condition: string): string {
  const inside = singleFilter(q);
  if (inside === null) return `${q.trim()} | { ${condition} }`;
  if (inside.trim() === '') return `{ ${condition} }`;
  const kept = splitTop(inside, '||').length > 1 ? `(${inside.trim()})` : inside.trim();
  return `{ ${kept} && ${condition} }`;
}

/** Nanoseconds as TraceQL writes them, exactly, in the unit that reads best. */
export function durationText(nanos: number): string {
  const units: [number, string][] = [[1e9, 's'], [1e6, 'ms'], [1e3, 'us']];
  const [size, unit] = units.find(([one]) => nanos >= one) ?? [1, 'ns'];
  return `${trimmedDecimal(nanos, size)}${unit}`;
}

function trimmedDecimal(nanos: number, size: number): string {
  const whole = Math.floor(nanos / size);
  const rest = String(nanos % size).padStart(String(size).length - 1, '0').replace(/0+$/, '');
  return size === 1 || rest === '' ? String(whole) : `${whole}.${rest}`;
}

/** An attribute as a field of TraceQL; names with unusual characters are quoted. */
export const fieldOf = (scope: string, key: string): string => `${scope}.${/^[A-Za-z_][\w.\-/]*$/.test(key) ? key : JSON.stringify(key)}`;
