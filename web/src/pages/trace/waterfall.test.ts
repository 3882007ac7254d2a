import { describe, expect, it } from 'vitest';
import { hexId, spansOf, type TraceSpan } from '../../api/tempo';
import { gapsBetween, layoutTrace, ticksOf, whereTimeWent } from './waterfall';

const span = (id: string, parent: string, from: number, to: number, more: Partial<TraceSpan> = {}): TraceSpan => ({ spanId: id, parentId: parent, service: 's', name: id, kind: 'server', startNano: BigInt(from), endNano: BigInt(to), failed: false, statusMessage: '', attributes: {}, resource: {}, events: [], ...more });

describe('waterfall', () => {
  it('stands in tree order with children by start', () => {
    const { rows } = layoutTrace([span('c', 'a', 60, 90), span('a', '', 0, 100), span('b', 'a', 10, 50), span('d', 'b', 20, 30)]);
    expect(rows.map((row) => [row.span.spanId, row.depth])).toEqual([['a', 0], ['b', 1], ['d', 2], ['c', 1]]);
    expect(rows[0]?.self).toEqual([{ left: 0, width: 10 }, { left: 50, width: 10 }, { left: 90, width: 10 }]);
  });
  it('keeps orphans and loops of parents', () => {
    const { rows } = layoutTrace([span('a', 'gone', 0, 10), span('x', 'y', 0, 5), span('y', 'x', 0, 5), span('z', 'z', 1, 2)]);
    expect(rows.map((row) => row.span.spanId).sort()).toEqual(['a', 'x', 'y', 'z']);
  });
  it('does not fall over on an empty trace, no duration or a clock that runs back', () => {
    expect(layoutTrace([]).rows).toEqual([]);
    const { rows } = layoutTrace([span('a', '', 50, 50), span('b', 'a', 60, 40)]);
    for (const row of rows) expect(Number.isFinite(row.bar.left) && row.bar.width >= 0).toBe(true);
  });
  it('tells waiting from running', () => {
    const { rows } = layoutTrace([span('a', '', 0, 100), span('b', 'a', 10, 90, { kind: 'client', failed: true, attributes: { 'server.address': 'psp' } })], [{ spanId: 'a', fromNanos: 0, toNanos: 10 }, { spanId: 'b', fromNanos: 10, toNanos: 90 }, { spanId: 'a', fromNanos: 90, toNanos: 100 }]);
    expect(whereTimeWent(rows)).toEqual([{ name: 'psp', waits: true, failed: true, nanos: 80 }, { name: 's', waits: false, failed: false, nanos: 20 }]);
  });
  it('takes overlapping callees out once', () => expect(gapsBetween(0, 100, [[10, 40], [30, 60], [35, 38]])).toEqual([[0, 10], [60, 100]]));
  it('has at most seven round ticks', () => {
    for (const total of [1, 999, 2.41e9, 7e10]) expect(ticksOf(total).length).toBeLessThanOrEqual(7);
  });
});

describe('trace on the wire', () => {
  it('reads ids in hex and base64, kinds as names and numbers', () => {
    expect(hexId('AAAAAAAAAAo=')).toBe('000000000000000a');
    expect(hexId('000000000000000A')).toBe('000000000000000a');
    const [one] = spansOf({ trace: { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'x' } }] }, scopeSpans: [{ spans: [{ spanId: '000000000000000a', name: 'n', kind: 'SPAN_KIND_CLIENT', startTimeUnixNano: '1795241380000000123', endTimeUnixNano: 1, status: { code: 'STATUS_CODE_ERROR' }, attributes: [{ key: 'k', value: { intValue: '5' } }] }] }] }] } });
    expect(one).toMatchObject({ service: 'x', kind: 'client', failed: true, startNano: 1795241380000000123n, attributes: { k: '5' } });
  });
});
