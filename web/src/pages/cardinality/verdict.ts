import type { Cardinality, MetricCount } from '../../api/bongsu';

// Whether anything explodes, decided from the counts; the page only puts it into words.

export type Verdict =
  | { code: 'empty' }
  | { code: 'exploding'; metric: MetricCount; label: string; others: number }
  | { code: 'refusing'; metric: MetricCount; others: number }
  | { code: 'refusingService'; service: string; refused: number; others: number }
  | { code: 'full'; series: number; limit: number }
  | { code: 'calm'; series: number; limit: number; newLastHour: number };

/** A server this full refuses new series soon. */
const NEARLY_FULL = 0.9;

export function verdictOf(of: Cardinality): Verdict {
  if (of.series === 0) return { code: 'empty' };
  const exploding = of.metrics.filter((metric) => metric.explodingLabel !== null).sort(worse);
  const refusing = of.metrics.filter((metric) => metric.explodingLabel === null && metric.refusedLastHour > 0).sort(worse);
  const others = exploding.length + refusing.length - 1;
  const [worst] = exploding;
  if (worst && worst.explodingLabel !== null) return { code: 'exploding', metric: worst, label: worst.explodingLabel, others };
  if (refusing[0]) return { code: 'refusing', metric: refusing[0], others };
  const service = of.services.filter((one) => one.refusedLastHour > 0).sort((a, b) => b.refusedLastHour - a.refusedLastHour)[0];
  if (service) return { code: 'refusingService', service: service.service, refused: service.refusedLastHour, others: 0 };
  if (of.limit > 0 && of.series >= of.limit * NEARLY_FULL) return { code: 'full', series: of.series, limit: of.limit };
  return { code: 'calm', series: of.series, limit: of.limit, newLastHour: of.metrics.reduce((sum, metric) => sum + metric.newLastHour, 0) };
}

const worse = (a: MetricCount, b: MetricCount): number => b.refusedLastHour - a.refusedLastHour || b.newLastHour - a.newLastHour;

export const shareOf = (series: number, limit: number): number | null => (limit > 0 ? series / limit : null);

const isPlain = (label: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(label);

/** Drops the label where Bongsu scrapes. */
export const relabelSnippet = (metric: string, label: string): string => `metric_relabel_configs:\n  - source_labels: [__name__]\n    regex: ${metric}\n    target_label: ${isPlain(label) ? label : JSON.stringify(label)}\n    replacement: ""`;

/** Takes the attribute off the data points in a Collector on the way. */
export const collectorSnippet = (metric: string, label: string): string => `processors:\n  transform:\n    metric_statements:\n      - context: datapoint\n        conditions: [metric.name == ${JSON.stringify(metric)}]\n        statements: [delete_key(attributes, ${JSON.stringify(label)})]`;
