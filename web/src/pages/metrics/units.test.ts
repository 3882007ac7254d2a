import { describe, expect, it } from 'vitest';
import { parseExpr } from '../../promql/syntax';
import { figure, formatOf, measureOf, sampleText, unitOfMetric } from './units';

const told: Record<string, string> = { queue: '{item}', heap: 'By', wait: 'ms', temperature: 'Cel' };
const measure = (query: string) => measureOf(parseExpr(query) ?? { kind: 'other' }, (metric) => unitOfMetric(metric, told[metric] ?? ''));
const written = (query: string, value: number) => formatOf(measure(query))(value).replaceAll('\u00a0', ' ');

describe('the unit follows the query', () => {
  it.each([
    ['sum by (route) (rate(requests_total[5m]))', 41, '41.0/s'],
    ['histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))', 0.38, '380 ms'],
    ['sum(rate(latency_seconds_sum[5m])) / sum(rate(latency_seconds_count[5m]))', 0.38, '380 ms'],
    ['rate(latency_seconds_count[5m])', 3, '3.00/s'],
    ['rate(cpu_seconds_total[5m])', 0.5, '0.500 s/s'],
    ['rate(sent_bytes_total[5m])', 41e6, '41.0 MB/s'],
    ['heap', 2e9, '2.00 GB'],
    ['max_over_time(wait[1h])', 250, '250 ms'],
    ['error_ratio', 0.125, '12.5 %'],
    ['temperature', 21.5, '21.5 °C'],
    ['queue', 7, '7.00'],
    ['count(heap)', 3, '3.00'],
    ['heap / 1024', 3, '3.00'],
    ['heap > 5', 1000, '1.00 kB'],
    ['process_start_time_seconds', 1.7e9, '1.70 G'],
    ['a / on (x) b', 2, '2.00'],
    ['sum(rate(a_total[5m])) / sum(rate(b_total[5m]))', 0.5, '0.500'],
  ])('%s', (query, value, text) => expect(written(query, value)).toBe(text));
});

it('small and huge figures keep three digits', () => expect([0, 0.00042, -0.0213, 0.9996, 3.1e-9, 4.2e15, 12, Number.NaN].map(figure)).toEqual(['0', '0.000420', '−0.0213', '1.00', '3.10e−9', '4.20e15', '12.0', '–']));
it('a sample that is no figure is shown by its name', () => expect(['1', 'NaN', '+Inf', null].map((last) => sampleText(last, figure))).toEqual(['1.00', 'NaN', '+Inf', '–']));
