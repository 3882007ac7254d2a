import { describe, expect, it } from 'vitest';
import { apart, firstChoice, groupAt, readChoice, replaceGroup, toggleBy, toggleFilter, windowFor, withWay, WAYS, writeChoice, type Choice, type Kind } from './choice';

const families: Record<string, { metric: string; kind: Kind }> = {
  jobs_total: { metric: 'jobs_total', kind: 'counter' },
  temperature: { metric: 'temperature', kind: 'gauge' },
  latency_seconds: { metric: 'latency_seconds', kind: 'histogram' },
  latency_seconds_count: { metric: 'latency_seconds', kind: 'histogram' },
  latency_seconds_bucket: { metric: 'latency_seconds', kind: 'histogram' },
  size_bytes: { metric: 'size_bytes', kind: 'nativeHistogram' },
  gc_seconds: { metric: 'gc_seconds', kind: 'summary' },
  'http.requests': { metric: 'http.requests', kind: 'counter' },
};
const kindOf = (metric: string) => families[metric] ?? null;
const read = (query: string) => readChoice(query, kindOf);

describe('a first choice', () => {
  it.each([
    ['jobs_total', ['sum(rate(jobs_total[5m]))']],
    ['temperature', ['temperature']],
    ['latency_seconds', [0.5, 0.9, 0.99].map((q) => `histogram_quantile(${q}, sum by (le) (rate(latency_seconds_bucket[5m])))`)],
    ['size_bytes', [0.5, 0.9, 0.99].map((q) => `histogram_quantile(${q}, sum(rate(size_bytes[5m])))`)],
    ['http.requests', ['sum(rate({"http.requests"}[5m]))']],
  ])('of %s', (metric, queries) => expect(writeChoice(firstChoice(metric, families[metric]?.kind ?? 'gauge', '5m'))).toEqual(queries));
});

describe('what is written is read back', () => {
  const filters: Choice['filters'] = [{ label: 'route', op: '=', value: '/pay "now"\\\n' }, { label: 'http.status', op: '=~', value: '5..|4..' }];
  const cases = Object.entries(families).filter(([name, family]) => name === family.metric).flatMap(([, family]) =>
    WAYS[family.kind].flatMap((way) => [null, [], ['route'], ['route', 'http.status']].flatMap((by) => [[], filters].map((chosen) => ({ ...withWay(firstChoice(family.metric, family.kind, '5m'), way), by, filters: chosen })))));
  const possible = cases.filter((choice) => (choice.way === 'value') === (choice.by === null) || (choice.by === null && !['sum', 'avg', 'max', 'min'].includes(choice.way)));
  it(`in ${possible.length} shapes`, () => {
    for (const choice of possible) {
      const readings = writeChoice(choice).map(read);
      expect(groupAt(readings, 0)?.choice, writeChoice(choice)[0]).toEqual(choice);
    }
  });
  it('whatever the spelling', () => {
    expect(read(' sum ( rate(jobs_total{ route = \'/x\' }[5m]) )  by (route) # mine')).toEqual({ ...firstChoice('jobs_total', 'counter', '5m'), by: ['route'], filters: [{ label: 'route', op: '=', value: '/x' }] });
    expect(read('{__name__="temperature"}')?.metric).toBe('temperature');
  });
});

describe('another query', () => {
  it.each(['', 'sum(', 'topk(5, temperature)', 'rate(jobs_total[5m] offset 1h)', 'temperature > 3', 'a_sum / b_count', 'sum without (x) (temperature)', 'temperature[5m]', '{route="x"}', 'histogram_quantile(0.9, sum(rate(latency_seconds_bucket[5m])))', 'sum(sum(temperature))'])('%s is left alone', (query) => expect(read(query)).toBeNull());
});

describe('a click', () => {
  it('groups a gauge by adding it up, and a counter keeps its rate', () => {
    expect(writeChoice(toggleBy(firstChoice('temperature', 'gauge', '5m'), 'room'))).toEqual(['sum by (room) (temperature)']);
    const counter = toggleBy(firstChoice('jobs_total', 'counter', '5m'), 'queue');
    expect(writeChoice(counter)).toEqual(['sum by (queue) (rate(jobs_total[5m]))']);
    expect(writeChoice(apart(counter))).toEqual(['rate(jobs_total[5m])']);
    expect(writeChoice(apart(toggleBy(firstChoice('temperature', 'gauge', '5m'), 'room')))).toEqual(['temperature']);
    expect(writeChoice(toggleBy(counter, 'queue'))).toEqual(['sum(rate(jobs_total[5m]))']);
  });
  it('adds and removes a filter', () => {
    const filter = { label: 'route', op: '=', value: '/pay' } as const;
    const filtered = toggleFilter(firstChoice('jobs_total', 'counter', '5m'), filter);
    expect(writeChoice(filtered)).toEqual(['sum(rate(jobs_total{route="/pay"}[5m]))']);
    expect(toggleFilter(filtered, filter).filters).toEqual([]);
  });
  it('changes all rows of a group and no other', () => {
    const choice = firstChoice('latency_seconds', 'histogram', '5m');
    const queries = ['up', ...writeChoice(choice), 'temperature'];
    const group = groupAt(queries.map(read), 2);
    expect(group?.rows).toEqual([1, 2, 3]);
    expect(replaceGroup(queries, group?.rows ?? [], withWay(choice, 'observations'), 5)).toEqual(['up', 'sum(rate(latency_seconds_count[5m]))', 'temperature']);
    expect(groupAt(['topk(1, up)'].map(read), 0)).toBeNull();
  });
});

it('a rate never looks back less than a step', () => expect([15, 300, 600, 3600, 86_400].map(windowFor)).toEqual(['5m', '5m', '10m', '1h', '24h']));
