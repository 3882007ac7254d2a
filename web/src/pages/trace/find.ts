import { pairs, valueText, type Trace, type TraceSpan } from '../../api/traces';
import type { Waterfall } from './waterfall';

const texts = new WeakMap<Trace, string[]>();

/** All that can be found of each span, in lower case; made at the first search. */
function searchable(trace: Trace): string[] {
  const known = texts.get(trace);
  if (known) return known;
  const resources = trace.resources.map((resource) => resource.map(({ key, value }) => `${key}=${valueText(value)}`).join('\n'));
  const made = trace.spans.map((span) => textOfSpan(trace, span, resources[span.resource] ?? '').toLowerCase());
  texts.set(trace, made);
  return made;
}

function textOfSpan(trace: Trace, span: TraceSpan, resource: string): string {
  const parts = [span.service, span.name, span.spanId, span.kind, span.message, span.failed ? 'status=error' : '', resource, span.scope];
  for (const { key, value } of pairs(span.attributes, trace.values)) parts.push(`${key}=${valueText(value)}`);
  for (const event of span.events) parts.push(event.name, ...event.attributes.map(({ key, value }) => `${key}=${valueText(value)}`));
  return parts.join('\n');
}

/** Rows whose names, attributes, events or ids hold every word, in tree order. Quotes keep words together. */
export function findSpans({ trace, order }: Waterfall, text: string): number[] {
  const words = [...text.toLowerCase().matchAll(/"([^"]*)"?|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '').filter((word) => word !== '');
  if (words.length === 0) return [];
  const of = searchable(trace);
  return order.filter((row) => words.every((word) => of[row]?.includes(word)));
}
