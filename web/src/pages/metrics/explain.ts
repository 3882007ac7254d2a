import type { Messages } from '../../messages/en';
import { groupAt } from './choice';
import { problemOf } from './problem';
import type { Row } from './rows';
import type { Reading, Runs } from './useExplore';

/** The first sentence: what the chart shows, and the highest figure in it. */
export function explain(t: Messages, of: { metrics: number | null; readings: readonly Reading[]; runs: Runs | undefined; rows: readonly Row[]; now: boolean }): string {
  const { readings, runs, rows } = of;
  if (readings.length === 0) return t.metrics.welcome(of.metrics);
  const failed = runs?.runs.filter((run) => run.error !== null) ?? [];
  if (runs && failed.length === runs.runs.length) return t.metrics.saidWrong(problemOf(failed[0]?.error));
  const end = !runs ? null : { series: runs.runs.reduce((sum, run) => sum + (run.answer?.series.length ?? 0), 0), top: topOf(rows), now: of.now, distributions: rows.some((row) => row.series.histograms.length > 0) };
  const group = groupAt(readings.map((reading) => reading.choice), 0);
  if (group && group.rows.length === readings.length) return t.metrics.said(group.choice, end);
  if (end === null) return t.metrics.query;
  // The highest of requests and degrees would be nonsense.
  const comparable = new Set(readings.map(({ measure }) => `${measure.unit} ${measure.perSecond}`)).size === 1;
  return t.metrics.saidOther(readings.length, end.series, comparable ? end : null);
}

function topOf(rows: readonly Row[]): { name: string; value: string } | null {
  let top: Row | null = null;
  for (const row of rows) if (row.last !== null && (top?.last == null || row.last > top.last)) top = row;
  return top?.last == null ? null : { name: top.name, value: top.format(top.last) };
}
