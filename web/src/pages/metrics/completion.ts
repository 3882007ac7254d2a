import type { PrometheusClient } from '@prometheus-io/codemirror-promql';
import { EqlRegex, EqlSingle, Neq, NeqRegex } from '@prometheus-io/lezer-promql';
import { labelNames, labelValues, metricMetadata, seriesLabels, type Scope } from '../../api/prometheus';
import { writeSelector, type Filter, type MatchOp } from '../../promql/syntax';
import type { Range } from '../../time/range';

// What the editor asks the server for while somebody types. Every question has a limit and is asked once a minute at most, so that
// completion stays quick while a label explodes.

const NAMES = 10_000;
const VALUES = 500;
const KEEP_MS = 60_000;
const MOST_KEPT = 200;
const OPS: Record<number, MatchOp> = { [EqlSingle]: '=', [EqlRegex]: '=~', [Neq]: '!=', [NeqRegex]: '!~' };

type Matchers = readonly { type: number; name: string; value: string }[];

export function completionClient(range: () => Range, now: () => number = Date.now): PrometheusClient {
  const kept = new Map<string, { atMs: number; reply: Promise<unknown> }>();
  const once = <T>(key: string, none: T, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known && now() - known.atMs < KEEP_MS) return known.reply as Promise<T>;
    if (kept.size >= MOST_KEPT) kept.clear();
    // A completion that fails offers nothing; running the query will say why.
    const reply = ask().catch(() => {
      kept.delete(key);
      return none;
    });
    kept.set(key, { atMs: now(), reply });
    return reply;
  };
  const scope = (limit: number, metric = '', matchers: Matchers = []): Scope => {
    const filters = matchers.flatMap((one): Filter[] => (OPS[one.type] === undefined || one.value === '' ? [] : [{ label: one.name, op: OPS[one.type] ?? '=', value: one.value }]));
    return { ...range(), limit, match: metric === '' && filters.length === 0 ? undefined : writeSelector(metric, filters) };
  };
  const keyOf = (what: string, of: Scope) => `${what} ${of.match ?? ''}`;
  return {
    metricNames: () => once('names', [], () => labelValues('__name__', scope(NAMES))),
    metricMetadata: () => once('metadata', {}, () => metricMetadata(NAMES)),
    labelNames: (metric) => {
      const of = scope(VALUES, metric);
      return once(keyOf('labels', of), [], () => labelNames(of));
    },
    labelValues: (label, metric, matchers = []) => {
      const of = scope(VALUES, metric, matchers.filter((one) => one.name !== label));
      return once(keyOf(`values ${label}`, of), [], () => labelValues(label, of));
    },
    series: (metric, matchers = []) => {
      const of = scope(VALUES, metric, matchers);
      return once(keyOf('series', of), [], async () => (await seriesLabels(of)).map((labels) => new Map(Object.entries(labels))));
    },
    flags: () => Promise.resolve({}),
  };
}
