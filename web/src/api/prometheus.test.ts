import { afterEach, describe, expect, it, vi } from 'vitest';
import { escapedLabel, labelValues, queryExemplars, queryInstant, queryRange } from './prometheus';

const replies = (body: unknown) => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
  return asked;
};
afterEach(() => vi.unstubAllGlobals());
const success = (data: unknown, more = {}) => ({ status: 'success', data, ...more });

describe('answers', () => {
  it('keep NaN and infinities as text and as gaps, never as zero', async () => {
    replies(success({ resultType: 'matrix', result: [{ metric: { a: 'b' }, values: [[1, '2'], [2, 'NaN'], [3, '+Inf']] }] }, { warnings: ['w'], infos: ['i'] }));
    const answer = await queryRange('q', 0, 1000, 1);
    expect(answer.series[0]).toMatchObject({ times: [1000, 2000, 3000], values: [2, null, null], last: '+Inf', name: '{a="b"}' });
    expect([answer.warnings, answer.infos]).toEqual([['w'], ['i']]);
  });
  it('hold native histograms with their buckets', async () => {
    replies(success({ resultType: 'vector', result: [{ metric: {}, histogram: [5, { count: '3', sum: '1.5', buckets: [[0, '-Inf', '0.5', '1'], [3, '0.5', '+Inf', '2']] }] }] }));
    const [series] = (await queryInstant('q', 5000)).series;
    expect(series?.values).toEqual([]);
    expect(series?.histograms).toEqual([{ atMs: 5000, count: 3, sum: 1.5, buckets: [{ bounds: 0, lower: -Infinity, upper: 0.5, count: 1 }, { bounds: 3, lower: 0.5, upper: Infinity, count: 2 }] }]);
  });
  it('may be one scalar', async () => {
    replies(success({ resultType: 'scalar', result: [1, '42'] }));
    expect((await queryInstant('42', 1000)).series[0]).toMatchObject({ values: [42], name: 'value' });
  });
  it('that are errors throw with the server’s words', async () => {
    replies({ status: 'error', errorType: 'bad_data', error: '1:1: parse error' });
    await expect(queryInstant('x', 0)).rejects.toThrow('1:1: parse error');
  });
});

it('exemplars come as ms and numbers with their series', async () => {
  replies(success([{ seriesLabels: { s: '1' }, exemplars: [{ labels: { trace_id: 'x' }, value: '0.5', timestamp: 1.25 }] }]));
  expect(await queryExemplars('q', 0, 1)).toEqual([{ atMs: 1250, value: 0.5, labels: { trace_id: 'x' }, seriesLabels: { s: '1' } }]);
});

it('label names that are no plain words are escaped in paths', async () => {
  expect(['job', '__name__', 'a.b_c', 'U__x'].map(escapedLabel)).toEqual(['job', '__name__', 'U__a_2e_b__c', 'U__U____x']);
  const asked = replies(success([]));
  await labelValues('a.b', { match: 'up{x="1"}', fromMs: 1000, toMs: 2000, limit: 5 });
  expect(asked).toEqual(['/api/v1/label/U__a_2e_b/values?match%5B%5D=up%7Bx%3D%221%22%7D&start=1&end=2&limit=5']);
});
