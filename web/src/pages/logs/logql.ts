// LogQL as text that clicks edit: the selector and the stages are taken apart, one is changed, the rest stays as it was written.

export const DEFAULT_QUERY = '{service_name=~".+"}';
const ANY = 'service_name=~".+"';

export interface LogQuery {
  before: string; // what stands before the selector: a metric query's functions
  matchers: string[];
  stages: string[];
}

/** Where a field is found: a label of the stream, a field beside the line, or in the line, once a parser took it apart. */
export type Place = 'stream' | 'field' | 'json' | 'logfmt';

export const quote = (text: string): string => JSON.stringify(text);

/** What somebody typed as LogQL: a plain word looks for lines with that word, a trace id for its records. */
export function asQuery(typed: string): string {
  const text = typed.trim();
  if (text === '') return DEFAULT_QUERY;
  if (text.includes('{')) return text;
  if (/^(\||!=|!~|!>)/.test(text)) return `${DEFAULT_QUERY} ${text}`;
  if (/^[0-9a-fA-F]{32}$/.test(text)) return `${DEFAULT_QUERY} | trace_id=${quote(text.toLowerCase())}`;
  const word = /^"(.*)"$/s.exec(text)?.[1] ?? text;
  return `${DEFAULT_QUERY} |= ${quote(word)}`;
}

/** A query whose answer is numbers over time, not lines. */
export const isMetric = (query: string): boolean => splitQuery(query).before.trim() !== '';

/** Takes a log query apart; braces, bars and comparisons inside quotes do not count. */
export function splitQuery(query: string): LogQuery {
  const start = query.indexOf('{');
  if (start === -1) return { before: '', matchers: [], stages: splitStages(query) };
  const end = closing(query, start + 1, '}');
  return { before: query.slice(0, start), matchers: splitAt(query.slice(start + 1, end), ','), stages: splitStages(query.slice(end + 1)) };
}

export function joinQuery({ before, matchers, stages }: LogQuery): string {
  return `${before}{${withPositive(matchers).join(', ')}}${stages.map((stage) => ` ${stage}`).join('')}`;
}

/** Loki and Bongsu want at least one matcher that an absent label does not pass; the one for all services goes when another stands. */
function withPositive(matchers: readonly string[]): string[] {
  const others = matchers.filter((part) => part.replace(/\s/g, '') !== ANY);
  const isPositive = others.some((part) => {
    const found = readComparison(part);
    return found !== null && ((found.op === '=' && found.value !== '') || (found.op === '=~' && !/^\.\*$|^$/.test(found.value)));
  });
  return isPositive ? others : [ANY, ...others];
}

/** The index of `wanted` outside quotes, from `at`; the end when it never comes. */
function closing(text: string, at: number, wanted: string): number {
  for (let i = at; i < text.length; i++) {
    const char = text[i];
    if (char === '"' || char === '`') i = quoteEnd(text, i);
    else if (char === wanted) return i;
  }
  return text.length;
}

function quoteEnd(text: string, at: number): number {
  const mark = text[at];
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\' && mark === '"') i++;
    else if (text[i] === mark) return i;
  }
  return text.length;
}

function splitAt(text: string, comma: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = closing(text, at, comma);
    parts.push(text.slice(at, end).trim());
    at = end + 1;
  }
  return parts.filter((part) => part !== '');
}

/** A pipeline as its stages: each begins with a bar, or is a line filter that begins with !. */
function splitStages(text: string): string[] {
  const starts: number[] = [];
  let isLine = true; // a line filter may follow without a bar
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '"' || char === '`') {
      i = quoteEnd(text, i);
      isLine = true;
    } else if (char === '|' || (char === '!' && isLine)) {
      starts.push(i);
      isLine = false;
      if (/[=~>]/.test(text[i + 1] ?? '')) i++;
    } else if (!/\s/.test(char)) isLine = false;
  }
  const head = text.slice(0, starts[0] ?? text.length).trim();
  const parts = starts.map((start, i) => text.slice(start, starts[i + 1] ?? text.length).trim());
  return head === '' ? parts : [head, ...parts];
}

interface Comparison {
  name: string;
  op: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** `level="error"` or `| level=~"warn|error"` taken apart; null for anything else. */
export function readComparison(text: string): Comparison | null {
  const match = /^(?:\|\s*)?([a-zA-Z_][\w:]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)$/s.exec(text.trim());
  if (!match) return null;
  const value = unquote(match[3] ?? '');
  return value === null ? null : { name: match[1] ?? '', op: match[2] as Comparison['op'], value };
}

function unquote(text: string): string | null {
  if (text.startsWith('`')) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}

export interface Chosen {
  included: string[];
  excluded: string[];
}

const META = /[.*+?^${}()|[\]\\]/;
const escaped = (value: string): string => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The values of `a|b\.c` when it is nothing but a choice of texts. */
function alternatives(pattern: string): string[] | null {
  const values: string[] = [];
  let value = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '\\') {
      const next = pattern[++i] ?? '';
      if (!META.test(next)) return null;
      value += next;
    } else if (char === '|') {
      values.push(value);
      value = '';
    } else if (META.test(char)) return null;
    else value += char;
  }
  return [...values, value];
}

/** What the query says of one field, as far as it is a choice of values. */
export function chosen(query: string, name: string): Chosen {
  const found: Chosen = { included: [], excluded: [] };
  const { matchers, stages } = splitQuery(query);
  for (const one of [...matchers, ...stages].map(readComparison)) {
    const values = one?.name === name ? valuesOf(one) : null;
    if (one && values) (one.op.startsWith('!') ? found.excluded : found.included).push(...values);
  }
  return found;
}

const valuesOf = (one: Comparison): string[] | null => (one.op === '=' || one.op === '!=' ? [one.value] : alternatives(one.value));

const isChoiceOf = (part: string, names: readonly string[]): boolean => {
  const found = readComparison(part);
  return found !== null && names.includes(found.name) && valuesOf(found) !== null;
};

/** The query without its choice of values of these fields: what a list of all their values counts. */
export function without(query: string, names: readonly string[]): string {
  const { before, matchers, stages } = splitQuery(query);
  return joinQuery({ before, matchers: matchers.filter((part) => !isChoiceOf(part, names)), stages: stages.filter((part) => !isChoiceOf(part, names)) });
}

/** Turns a value of a field on or off; `exclude` shuts it out instead. The field's other values stay as they are. */
export function toggled(query: string, name: string, value: string, place: Place, exclude = false): string {
  const before = chosen(query, name);
  const flip = (values: readonly string[]): string[] => (values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  const drop = (values: readonly string[]): string[] => values.filter((one) => one !== value);
  return choose(query, name, exclude ? { included: drop(before.included), excluded: flip(before.excluded) } : { included: flip(before.included), excluded: drop(before.excluded) }, place);
}

/** Only this value, or all but this value: what the signs beside a field of a record do. */
export function only(query: string, name: string, value: string, place: Place, exclude = false): string {
  const before = chosen(query, name);
  const next = exclude
    ? { included: before.included.filter((one) => one !== value), excluded: [...before.excluded.filter((one) => one !== value), value] }
    : { included: [value], excluded: [] };
  return choose(query, name, next, place);
}

function choose(query: string, name: string, { included, excluded }: Chosen, place: Place): string {
  const split = splitQuery(without(query, [name]));
  const parts = [comparison(name, included, '=', '=~'), comparison(name, excluded, '!=', '!~')].filter((part) => part !== null);
  if (place === 'stream') return joinQuery({ ...split, matchers: [...split.matchers, ...parts] });
  if (parts.length === 0) return joinQuery(split);
  return joinQuery({ ...split, stages: [...withParser(split.stages, place), ...parts.map((part) => `| ${part}`)] });
}

/** Stages with the parser that a field needs; one that is there is enough. */
export function withParser(stages: readonly string[], place: Place): string[] {
  if (place !== 'json' && place !== 'logfmt') return [...stages];
  return stages.some((stage) => new RegExp(`^\\|\\s*${place}\\b`).test(stage)) ? [...stages] : [...stages, `| ${place}`];
}

function comparison(name: string, values: readonly string[], one: string, many: string): string | null {
  if (values.length === 0) return null;
  return values.length === 1 ? `${name}${one}${quote(values[0] ?? '')}` : `${name}${many}${quote(values.map(escaped).join('|'))}`;
}

/** The stream selector alone. */
export const selectorOf = (query: string): string => joinQuery({ before: '', matchers: splitQuery(query).matchers, stages: [] });

// A line that a parser cannot read is counted like any other; with its error it would fail the whole count.
const NO_ERRORS = '| drop __error__, __error_details__';

/** The query as it is counted: with the parser that a field in its lines needs. */
export function counting(query: string, place: Place): string {
  const split = splitQuery(query);
  const stages = withParser(split.stages, place);
  return joinQuery({ ...split, stages: stages.some((stage) => /^\|\s/.test(stage)) ? [...stages, NO_ERRORS] : stages });
}

/** The service a query is about, when it is about one. */
export function serviceOf(query: string): string | null {
  const { included } = chosen(query, 'service_name');
  return included.length === 1 ? (included[0] ?? null) : null;
}

/** How many records there are by some labels, over the whole range, most first; records without any of them are left out. */
export function countQuery(query: string, names: readonly string[], place: Place, seconds: number, top: number): string {
  const counted = place === 'stream' ? counting(query, place) : `${counting(query, place)} | ${names.map((name) => `${name}!=""`).join(' or ')}`;
  return `topk(${top}, sum by (${names.join(', ')}) (count_over_time(${counted} [${Math.max(1, Math.ceil(seconds))}s])))`;
}

/** Whether a query asks for services and levels and for nothing inside the lines: what is counted by pattern then speaks of the same records. */
export function isBroad(query: string): boolean {
  const { matchers, stages } = splitQuery(query);
  return stages.length === 0 && matchers.every((part) => part.replace(/\s/g, '') === ANY || isChoiceOf(part, ['service_name', 'level']));
}

/** Lines with the label values of a record's stream, without the labels named. */
export function streamQuery(labels: Readonly<Record<string, string>>, leftOut: readonly string[] = []): string {
  const parts = Object.entries(labels).filter(([name, value]) => value !== '' && !leftOut.includes(name) && /^[a-zA-Z_]\w*$/.test(name));
  return joinQuery({ before: '', matchers: parts.map(([name, value]) => `${name}=${quote(value)}`), stages: [] });
}

/** Adds a stage that is not there yet. */
export function withStage(query: string, stage: string): string {
  const split = splitQuery(query);
  return split.stages.includes(stage) ? query : joinQuery({ ...split, stages: [...split.stages, stage] });
}

/** The texts that a query looks for in lines, to be marked in them. */
export function needles(query: string): string[] {
  return splitQuery(query).stages.filter((stage) => stage.startsWith('|=')).flatMap((stage) => [...stage.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g)].map((match) => unquote(match[0]) ?? '')).filter((text) => text !== '');
}
