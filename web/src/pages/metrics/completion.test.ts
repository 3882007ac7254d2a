import { EqlSingle } from '@prometheus-io/lezer-promql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { completionClient } from './completion';

const range = () => ({ fromMs: 1000, toMs: 61_000 });
function server(answer: (path: string) => unknown) {
  const asked: URL[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(new URL(path, 'http://server'));
    const data = answer(path);
    return Promise.resolve(data instanceof Error ? new Response('', { status: 503 }) : new Response(JSON.stringify({ status: 'success', data })));
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

describe('completion', () => {
  it('asks within the range, with a limit, for the metric and the filters that stand there', async () => {
    const asked = server(() => ['200']);
    const matcher = (name: string, value: string) => ({ type: EqlSingle, name, value, matchesEmpty: () => false });
    expect(await completionClient(range).labelValues('status', 'up', [matcher('job', 'a"b'), matcher('status', '2'), matcher('empty', '')])).toEqual(['200']);
    expect(asked[0]?.pathname).toBe('/api/v1/label/status/values');
    expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toEqual({ 'match[]': 'up{job="a\\"b"}', start: '1', end: '61', limit: '500' });
  });
  it('never asks without a limit', async () => {
    const asked = server((path) => (path.includes('metadata') ? {} : []));
    const client = completionClient(range);
    await Promise.all([client.metricNames(), client.metricMetadata(), client.labelNames(), client.labelNames('up'), client.labelValues('a'), client.series('up'), client.flags()]);
    expect(asked).toHaveLength(6);
    expect(asked.every((url) => Number(url.searchParams.get('limit')) > 0)).toBe(true);
  });
  it('asks the same once a minute at most', async () => {
    const asked = server(() => ['x']);
    let now = 0;
    const client = completionClient(range, () => now);
    await client.labelNames('up');
    now = 59_000;
    await client.labelNames('up');
    expect(asked).toHaveLength(1);
    now = 61_000;
    await client.labelNames('up');
    expect(asked).toHaveLength(2);
  });
  it('offers nothing while the server fails, and asks again', async () => {
    let broken = true;
    const asked = server(() => (broken ? new Error('down') : ['x']));
    const client = completionClient(range);
    expect(await client.metricNames()).toEqual([]);
    broken = false;
    expect(await client.metricNames()).toEqual(['x']);
    expect(asked).toHaveLength(2);
  });
  it('gives series as maps', async () => {
    server(() => [{ a: '1' }]);
    expect(await completionClient(range).series('up')).toEqual([new Map([['a', '1']])]);
  });
});
