// What a line of a log is made of: the parts to mark, the fields in it, and its text as it can be shown.

export interface Part {
  text: string;
  marked: boolean;
}

/** Longest text of a line in the list, and of an opened one; the rest is there when copied. */
export const ROW_CHARS = 1_000;
export const OPEN_CHARS = 20_000;

// Colours of terminals, control characters that would break the layout, and those that would show a line in another order than it was written.
// eslint-disable-next-line no-control-regex
const UNSEEN = /\u001b\[[0-9;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const shown = (line: string, most: number): string => (line.length > most ? `${line.slice(0, most)}…` : line).replace(UNSEEN, '');

/** The line in parts, those that were looked for marked. */
export function markParts(line: string, needles: readonly string[]): Part[] {
  const found = needles.flatMap((needle) => placesOf(line, needle)).sort((a, b) => a[0] - b[0]);
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of found) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    if (start > at) parts.push({ text: line.slice(at, start), marked: false });
    parts.push({ text: line.slice(start, to), marked: true });
    at = to;
  }
  if (at < line.length || parts.length === 0) parts.push({ text: line.slice(at), marked: false });
  return parts;
}

function placesOf(line: string, needle: string): [number, number][] {
  const places: [number, number][] = [];
  for (let at = line.indexOf(needle); at !== -1 && places.length < 100; at = line.indexOf(needle, at + needle.length)) places.push([at, at + needle.length]);
  return places;
}

/** The object a line is, or null: numbers, texts and lists alone have no fields. */
export function jsonOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{') || line.length > 200_000) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const MAX_FIELDS = 200;

/** Fields of a JSON line under the names that `| json` gives them: nested ones joined by an underscore, lists left out. */
export function jsonFields(value: Readonly<Record<string, unknown>>, before = ''): [string, string][] {
  const fields: [string, string][] = [];
  for (const [key, one] of Object.entries(value)) {
    if (fields.length >= MAX_FIELDS) break;
    const name = `${before}${key}`.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(\d)/, '_$1');
    if (typeof one === 'object' && one !== null && !Array.isArray(one)) fields.push(...jsonFields(one as Record<string, unknown>, `${name}_`));
    else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') fields.push([name, String(one)]);
  }
  return fields.slice(0, MAX_FIELDS);
}

/** Whether an opened record shows its line again, laid out: an object, several lines, or more than stands in a row. */
export const needsBody = (line: string): boolean => line.includes('\n') || line.length >= 160 || jsonOf(line) !== null;

const MESSAGE_KEYS = ['message', 'msg', 'Message', '@m', 'body', 'event', 'log'];

/** The message inside a JSON line, which is what a reader looks for in a list; null when it names none. */
export function messageOf(json: Readonly<Record<string, unknown>> | null): string | null {
  for (const key of json === null ? [] : MESSAGE_KEYS) {
    const value = json?.[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

const LEVEL_KEYS = ['level', 'severity', 'lvl', 'Level', '@l', 'severity_text', 'detected_level'];

/** The level of a record: what its stream, its fields or its JSON line say, in this order. */
export function levelOf(...from: readonly (Readonly<Record<string, unknown>> | null)[]): string {
  for (const fields of from) {
    for (const key of fields === null ? [] : LEVEL_KEYS) {
      const value = fields?.[key];
      if (typeof value === 'string' && value !== '') return value.toLowerCase();
    }
  }
  return '';
}
