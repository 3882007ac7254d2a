import { count } from '../format/number';
import type { Kind, Way } from '../pages/metrics/choice';

// The metric pages in English: explorer, cardinality, scrape targets.

const NB = '\u00a0';
const plural = (n: number, one: string, many: string): string => `${count(n)}${NB}${n === 1 ? one : many}`;
const listed = (items: readonly string[]): string => (items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const ACRONYMS = new Set(['http', 'https', 'cpu', 'db', 'gc', 'io', 'rpc', 'grpc', 'sql', 'tls', 'dns', 'tcp', 'udp', 'api', 'jvm', 'clr', 'slo', 'sli', 'url', 'id', 'ip', 'fd', 'fds', 'tsdb', 'wal', 'os']);

/** http_requests_total → "HTTP requests". The unit is said by the figures. */
export function humanMetric(name: string): string {
  const stem = name.replace(/_(total|seconds|bytes|ratio|info)(_(total|sum|bucket))?$/, '').replace(/_total$/, '');
  return stem.split(/[_.:]+/).filter((word) => word !== '').map((word) => (ACRONYMS.has(word.toLowerCase()) ? word.toUpperCase() : word)).join(' ');
}

export interface Said {
  metric: string;
  way: Way;
  quantiles: readonly number[];
  filters: readonly { label: string; op: string; value: string }[];
  by: readonly string[] | null;
  window: string;
}
export interface Ending {
  series: number;
  top: { name: string; value: string } | null; // null: no figure at all
  now: boolean; // the range ends now
  distributions: boolean; // native histograms instead of figures
}

function subject({ metric, way, quantiles, window }: Said): string {
  const what = humanMetric(metric);
  switch (way) {
    case 'rate': return `${capital(what)} per second`;
    case 'increase': return `${capital(what)}, increase within ${window}`;
    case 'sum': return `${capital(what)}, all together`;
    case 'avg': return `${capital(what)}, average`;
    case 'max': return `${capital(what)}, highest`;
    case 'min': return `${capital(what)}, lowest`;
    case 'mean': return `${capital(what)}, average`;
    case 'observations': return `${capital(what)}, measurements per second`;
    case 'quantiles': return `${capital(what)}, ${listed(quantiles.map((one) => `p${Number((one * 100).toPrecision(6))}`))}`;
    default: return capital(what);
  }
}

const IS: Record<string, string> = { '=': 'is', '!=': 'is not', '=~': 'matches', '!~': 'does not match' };
const where = (filters: Said['filters']): string => (filters.length === 0 ? '' : `, where ${listed(filters.map((one) => `${one.label} ${IS[one.op] ?? one.op} ${one.value === '' ? 'empty' : one.value}`))}`);

function ending(end: Ending | null): string {
  if (end === null) return '';
  const { series, top, now, distributions } = end;
  if (series === 0) return '; no data in this range';
  if (top === null && distributions) return `; ${plural(series, 'distribution', 'distributions')} over time`;
  if (top === null) return '; no figure to show';
  const when = now ? 'now' : 'at the end';
  return series === 1 || top.name === '' ? `; ${when} ${top.value}` : `; highest ${when}: ${top.name} at ${top.value}`;
}

export const metrics = {
  tabs: { label: 'Metric pages', explore: 'Explore', cardinality: 'Cardinality', targets: 'Targets' },
  said: (of: Said, end: Ending | null) => `${subject(of)}${where(of.filters)}${of.by !== null && of.by.length > 0 ? `, by ${listed(of.by)}` : ''}${ending(end)}`,
  saidOther: (queries: number, series: number, end: Ending | null) => `${queries > 1 ? `${plural(queries, 'query', 'queries')}, ` : ''}${plural(series, 'series', 'series')}${queries > 1 ? '' : ' of this query'}${ending(end)}`,
  saidWrong: (place: { line: number; column: number } | null) => (place ? `The query is not valid: line ${place.line}, column ${place.column}` : 'The query could not be answered'),
  welcome: (metrics: number | null) => (metrics === null ? 'Metrics' : metrics === 0 ? 'No metric has arrived yet' : `${plural(metrics, 'metric is', 'metrics are')} here; choose one to see it`),
  more: (shown: number, total: number) => `${shown} of ${count(total)}; write more to narrow it down`,

  find: 'Find a metric', findHint: 'name, unit or words of its description', found: 'Metrics found', noneFound: 'No metric matches. Names, units, types and descriptions were searched.',
  truncated: (n: number) => `There are more than ${count(n)} metric names; the first ${count(n)} are searched. Exact names work in the query.`,
  kind: { counter: 'counter', gauge: 'gauge', histogram: 'histogram', nativeHistogram: 'native histogram', summary: 'summary' } satisfies Record<Kind, string>,
  guessed: 'type guessed from the name', noHelp: 'no description was sent',
  shape: 'Without PromQL', ways: 'Show', way: { value: 'As it is', sum: 'Sum', avg: 'Average', max: 'Highest', min: 'Lowest', rate: 'Per second', increase: 'Increase', quantiles: 'p50, p90, p99', mean: 'Average', observations: 'How often' } satisfies Record<Way, string>,
  by: 'Group by', apart: 'every series', filters: 'Only where', addFilter: 'Filter by a label', is: 'is', isNot: 'is not', values: (label: string) => `Values of ${label}`, narrow: 'Narrow the values down',
  moreValues: (n: number) => `the first ${count(n)} are shown`, removeFilter: (text: string) => `Remove the filter ${text}`, closeValues: 'Done', noLabels: 'This metric has no labels', noValues: 'No value in this range',

  queries: 'Queries', query: 'PromQL query', queryOf: (letter: string) => `PromQL query ${letter}`, run: 'Run', add: 'Add a query', format: 'Format', remove: (letter: string) => `Remove query ${letter}`, history: 'History', noHistory: 'No query was run on this browser yet', clearHistory: 'Forget these',
  completions: 'Completions', keysHint: 'Enter or Ctrl+Enter runs, Shift+Enter breaks the line, Tab leaves the field', problem: (line: number, column: number, text: string) => `Line ${line}, column ${column}: ${text}`,

  result: 'Result', mode: 'Over time or now', overTime: 'Over time', instant: 'Now', atEnd: 'at the end of the range', show: 'Chart or table', chart: 'Chart', table: 'Table', step: 'Step', auto: (step: string) => `automatic, ${step}`,
  dots: 'Exemplars', dotsLabel: (n: number) => `${plural(n, 'exemplar', 'exemplars')}; arrow keys move, Enter opens the trace`, dot: (time: string, value: string, labels: string) => `${time}: ${value}${labels === '' ? '' : `, ${labels}`}; opens the trace`,
  dotsFloor: 'Each dot is one traced request; press it to open the trace. The dots stand on the floor, because this query counts and does not measure.', dotsHigh: 'Each dot is one traced request at its own value; press it to open the trace.', dotsFailed: 'The exemplars could not be read.', fit: 'Zoom to values', fitHint: 'The axis begins near the lowest value instead of at zero',
  legend: 'Series', last: 'Last', min: 'Lowest', max: 'Highest', mean: 'Average', value: 'Value', time: 'Time', samples: 'Samples', shown: (name: string) => `Draw ${name}`, solo: (name: string) => `Draw ${name} alone`, all: 'Draw all again',
  leftOut: (left: number, lines: number) => `${plural(left, 'more series is', 'more series are')} not drawn: a chart of more than ${lines} lines tells nothing. Group by fewer labels, filter, or ask for topk(10, …).`,
  rowsLeftOut: (rows: number, total: number) => `The first ${rows} of ${count(total)} series are listed; the CSV holds all of them.`,
  cut: (limit: number) => `The server was asked for ${count(limit)} series at most and has more. Filter or group to see all.`,
  notes: (infos: readonly string[]) => `Note: ${infos.join('; ')}`, failedRow: (letter: string) => `Query ${letter}`,
  histograms: 'These are native histograms: each sample is a whole distribution, which one line cannot show.', asQuantiles: 'Draw p50, p90 and p99', buckets: 'Buckets', bucketRange: 'Range', bucketCount: 'Count', observations: (n: string, sum: string) => `${n} measurements, ${sum} in all`,
  histogramsLeftOut: (shown: number, total: number) => `${shown} of ${count(total)} histograms are shown.`, noBuckets: 'no bucket is filled',
  rangeVector: 'This is a range vector: it can be listed, not drawn. Wrap it in rate(…) or avg_over_time(…) to draw it.',
  none: 'No metric yet', noneNext: 'Send some; this page comes alive with the first one:',

  cardinality: {
    calm: (series: number, limit: number, growth: number, atLeast: boolean) => `Nothing explodes: ${plural(series, 'series', 'series')}${limit === 0 ? '' : ` of ${count(limit)} allowed`}; ${atLeast ? `at least${NB}` : ''}${growth === 0 && !atLeast ? 'none' : count(growth)} new within the last hour`,
    exploding: (of: { metric: string; label: string; values: number; newLastHour: number; refused: number }) => `${of.metric} explodes by ${of.label}: ${plural(of.values, 'value', 'values')}, ${count(of.newLastHour)} new series within the last hour${of.refused > 0 ? `, ${count(of.refused)} more refused` : ''}; bound ${of.label}`,
    refusing: (metric: string, refused: number) => `${metric} is at its limit: ${plural(refused, 'new series was', 'new series were')} refused within the last hour`,
    refusingService: (service: string, refused: number) => `${service} is at its limit: ${plural(refused, 'new series was', 'new series were')} refused within the last hour`,
    counted: (series: number, label: string | null, values: number) => `${plural(series, 'series', 'series')}${label === null ? '' : `; the label with the most values is ${label}, with ${count(values)}`}`,
    full: (series: number, limit: number) => `The server is nearly full: ${count(series)} of ${plural(limit, 'series', 'series')}`,
    others: (n: number) => `${plural(n, 'other metric needs', 'other metrics need')} a look, too; see the marks below.`,
    empty: 'No series yet', unknown: 'The server does not tell its budgets, so this is only what is stored.',
    how: (label: string) => `How to bound ${label}`, howWhy: 'A label whose values never end (user, order, session, raw path) makes a series for each of them. Old series keep being stored; new ones beyond the limit (--max-series-per-metric, --max-series-per-service) are refused and counted, nothing else is harmed.',
    howSource: 'Best at the source: take the attribute off the measurement, or put a few classes in its place (route template instead of path, size class instead of size).', howScrape: 'Where Bongsu scrapes, in its job in scrape.yaml:', howCollector: 'In an OpenTelemetry Collector on the way:', docs: 'Prometheus on labels',
    series: 'Series', ofLimit: (limit: string) => `of ${limit}`, newLastHour: 'New within the hour', refused: 'Refused within the hour', chunks: 'Chunks', pairsTotal: 'Label pairs', memory: 'Memory of labels',
    metrics: 'Metrics by series', metric: 'Metric', limit: 'Limit', limitOfMetric: 'Limit, per service', suspect: 'Exploding label', labels: 'Labels by values', label: 'Label', values: 'Values', bytes: 'Memory', pairs: 'Label pairs by series', pair: 'Label pair', services: 'Services by series', service: 'Service',
    explodes: 'explodes', atLimit: 'at its limit', ofTop: (n: number) => `in the ${n} largest metrics`, top: (n: number) => `the ${n} largest`, asOf: (time: string) => `as of ${time}, every 30 s`, onSeries: (n: string) => `${n} values`,
  },
  targets: {
    down: (down: number, total: number) => `${down} of ${plural(total, 'target', 'targets')} ${down === 1 ? 'is' : 'are'} down`, allUp: (total: number) => `All ${plural(total, 'target', 'targets')} ${total === 1 ? 'is' : 'are'} up`, waiting: (n: number, total: number) => `${n} of ${plural(total, 'target', 'targets')} not scraped yet`, none: 'Nothing is scraped',
    noneNext: 'Bongsu receives what is sent to it. To scrape /metrics pages as Prometheus does, put a scrape.yaml into the configuration folder; a prometheus.yml is one:', first: (pool: string, error: string) => `The first, of job ${pool}: ${/[.?!]$/.test(error) ? error : `${error}.`}`,
    target: 'Target', pool: 'Job', health: 'State', healthWord: { up: 'Up', down: 'Down', unknown: 'Not yet scraped' }, last: 'Last scrape', took: 'Took', never: 'never', onlyDown: 'Only those in trouble', filter: 'Find a target', filterHint: 'address, job or label', none2: 'No target matches', leftOut: (shown: number, total: number) => `${shown} of ${count(total)} are listed, failing first. Search to see others.`, every: (interval: string) => `every ${interval}`,
    losing: (n: number) => (n === 1 ? `1${NB}target is up, but loses samples` : `${count(n)}${NB}targets are up, but lose samples`), losingWord: 'Up, loses samples',
    pools: 'Jobs', upOf: (up: number, total: number) => `${up} of ${total} up`,
  },
};
