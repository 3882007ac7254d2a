export const DEFAULT_QUERY = '{service_name=~".+"}';

/** The stream selector of a LogQL query and the rest of its pipeline; braces inside quotes do not count. */
export function splitQuery(query: string): { matchers: string; rest: string } {
  const start = query.indexOf('{');
  if (start === -1) return { matchers: '', rest: query };
  let quoted: string | null = null;
  for (let i = start + 1; i < query.length; i++) {
    const char = query[i];
    if (quoted !== null) {
      if (char === '\\' && quoted === '"') i++;
      else if (char === quoted) quoted = null;
    } else if (char === '"' || char === '`') quoted = char;
    else if (char === '}') return { matchers: query.slice(start + 1, i).trim(), rest: query.slice(i + 1) };
  }
  return { matchers: query.slice(start + 1).trim(), rest: '' };
}

/** Turns one value of a label on or off in the selector: `service_name="payments"` replaces whatever stood there for that label. */
export function toggleMatcher(query: string, label: string, value: string): string {
  const { matchers, rest } = splitQuery(query === '' ? DEFAULT_QUERY : query);
  const wanted = `${label}=${JSON.stringify(value)}`;
  const parts = splitMatchers(matchers);
  const kept = parts.filter((part) => !new RegExp(`^${label}\\s*(=~|!~|!=|=)`).test(part));
  const next = parts.includes(wanted) ? kept : [...kept, wanted];
  return `{${next.length === 0 ? 'service_name=~".+"' : next.join(', ')}}${rest}`;
}

export const hasMatcher = (query: string, label: string, value: string): boolean => splitMatchers(splitQuery(query).matchers).includes(`${label}=${JSON.stringify(value)}`);

function splitMatchers(text: string): string[] {
  return text.match(/[a-zA-Z_][\w]*\s*(?:=~|!~|!=|=)\s*(?:"(?:[^"\\]|\\.)*"|`[^`]*`)/g) ?? [];
}

/** The service a query is about, when it is about one. */
export const serviceOf = (query: string): string | null => /service_name\s*=\s*"([^"]+)"/.exec(splitQuery(query).matchers)?.[1] ?? null;
