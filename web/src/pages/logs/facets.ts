import type { DetectedField, ValueCount } from '../../api/loki';
import type { Place } from './logql';

// Which fields stand beside the lines to choose from, and the values of each with how many records have them.

export interface Facet {
  id: string;
  names: readonly string[]; // an error class has two spellings
  place: Place;
}

export interface FacetValue {
  name: string;
  place: Place;
  value: string;
  count: number;
}

/** Shown whenever there are records; the others when more than one value is known, or when they were opened. */
const LEVEL = 'level';
const FOUND_LEVEL = 'detected_level';
const SERVICE = 'service_name';
const ALWAYS = [LEVEL, SERVICE];
const OFTEN = ['deployment_environment_name', 'service_version', 'service_instance_id'];
export const ERROR_CLASS = 'error_type';
const ERROR_NAMES = [ERROR_CLASS, 'exception_type'];
/** Ids say nothing as a list, and times neither. */
const NO_FACET = /(^|_)(trace|span|request|correlation|session)_?id$|timestamp|^(time|ts|msg|message|body|stacktrace|exception_message|exception_stacktrace|severity_number|severity_text|detected_level|__error__|__error_details__)$/i;

export interface Offer {
  shown: Facet[];
  more: string[];
}

export function facetsOf(labels: readonly string[], detected: readonly DetectedField[], opened: readonly string[]): Offer {
  const known = new Map(detected.map((field) => [field.label, field]));
  const placeOf = (name: string): Place => (labels.includes(name) ? 'stream' : parserOf(known.get(name)));
  const facet = (name: string): Facet => ({ id: name, names: [name], place: placeOf(name) });
  const errorField = ERROR_NAMES.map((name) => known.get(name)).find((field) => field !== undefined);
  const shown: Facet[] = [
    levelFacet(labels),
    facet(SERVICE),
    { id: ERROR_CLASS, names: ERROR_NAMES, place: parserOf(errorField) },
    ...OFTEN.filter((name) => !opened.includes(name) && (labels.includes(name) || (known.get(name)?.cardinality ?? 0) > 1)).map(facet),
    ...opened.filter((name) => !ALWAYS.includes(name) && !ERROR_NAMES.includes(name)).map(facet),
  ];
  const taken = new Set(shown.flatMap((one) => [...one.names]));
  const rest = [...labels.filter((name) => !name.startsWith('__')), ...detected.map((field) => field.label)].filter((name) => !taken.has(name) && !NO_FACET.test(name) && /^[a-zA-Z_]\w*$/.test(name));
  return { shown, more: [...new Set(rest)].sort() };
}

/** Streams without a level have the one that was found in severity or line: both are counted, so that it shows which of them is needed. */
const levelFacet = (labels: readonly string[]): Facet => (labels.includes(LEVEL) ? { id: LEVEL, names: [LEVEL, FOUND_LEVEL], place: 'stream' } : { id: LEVEL, names: [FOUND_LEVEL], place: 'field' });

/** A level that was found out stands beside the line, wherever the facet's others are. */
export const placeOf = (facet: Facet, name: string): Place => (name === FOUND_LEVEL ? 'field' : facet.place);

function parserOf(field: DetectedField | undefined): Place {
  const parser = field?.parsers[0];
  return parser === 'json' || parser === 'logfmt' ? parser : 'field';
}

/** The rows of a count, each with the first of the facet's names that it has. Levels go by the found one as soon as a record has no other. */
export function valuesOf(facet: Facet, rows: readonly ValueCount[]): FacetValue[] {
  const values = new Map<string, FacetValue>();
  const isFound = facet.id === LEVEL && rows.some((row) => /^(unknown)?$/.test(row.labels[LEVEL] ?? '') && !/^(unknown)?$/.test(row.labels[FOUND_LEVEL] ?? ''));
  for (const row of rows) {
    const name = isFound ? FOUND_LEVEL : facet.names.find((one) => (row.labels[one] ?? '') !== '');
    if (name === undefined) continue;
    const value = row.labels[name] ?? '';
    const known = values.get(value);
    values.set(value, { name: known?.name ?? name, place: placeOf(facet, name), value, count: (known?.count ?? 0) + row.count });
  }
  return [...values.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
