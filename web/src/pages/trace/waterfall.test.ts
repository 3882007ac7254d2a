import { describe, expect, it } from 'vitest';
import { decodeTrace, ODD, textOf } from '../../api/traces';
import { findSpans } from './find';
import { insides, readFolded, revealing, writeFolded } from './folding';
import { minimapPaths } from './overview';
import { MARKS, marksOf } from './serviceMarks';
import { logsQuery, logsWith, marksOfLogs, rowsBySpanId } from './spanLogs';
import { testTrace } from './testTrace';
import { readScale } from './useTraceState';
import { busyOf, layoutTrace, pathStep, peerOf, place, rectPath, selfNanos, tickPath, ticksOf, visibleRows, waits, whereTimeWent } from './waterfall';

const CLIENT = 3;
const whole = { from: 0, to: 100 };

describe('waterfall', () => {
  it('stands in tree order with children by start', () => {
    const waterfall = layoutTrace(testTrace([{ to: 100 }, { parent: 0, from: 10, to: 50 }, { parent: 1, from: 20, to: 30 }, { parent: 0, from: 60, to: 90 }]));
    expect(waterfall.order).toEqual([0, 1, 2, 3]);
    expect(waterfall.depth).toEqual([0, 1, 2, 1]);
    expect(waterfall.below).toEqual([3, 1, 0, 0]);
    expect(visibleRows(waterfall, new Set([1]), false)).toEqual([0, 1, 3]);
    expect(visibleRows(waterfall, new Set([0]), false)).toEqual([0]);
  });
  it('knows what a span does itself, overlapping and outliving callees taken out once', () => {
    const waterfall = layoutTrace(testTrace([{ to: 100 }, { parent: 0, from: 10, to: 40 }, { parent: 0, from: 30, to: 60 }, { parent: 0, from: 35, to: 38 }, { parent: 0, from: 90, to: 130 }]));
    expect(busyOf(waterfall, 0)).toEqual([[10, 60], [90, 100]]);
    expect(selfNanos(waterfall, 0)).toBe(40);
    expect(selfNanos(waterfall, 3)).toBe(3);
  });
  it('lays out an empty trace, and a chain of 20,000 without recursion', () => {
    expect(layoutTrace(testTrace([])).order).toEqual([]);
    const chain = layoutTrace(testTrace(Array.from({ length: 20_000 }, (_, i) => ({ parent: i - 1, from: i, to: 40_000 - i, name: 'n' }))));
    expect(chain.depth[19_999]).toBe(19_999);
    expect(chain.below[0]).toBe(19_999);
  });
  it('shows the critical path alone', () => {
    const trace = testTrace([{ to: 100 }, { parent: 0, from: 10, to: 40 }, { parent: 0, from: 20, to: 90 }], { criticalPath: [[0, 0, 20], [2, 20, 90], [0, 90, 100]] });
    expect(visibleRows(layoutTrace(trace), new Set(), true)).toEqual([0, 2]);
  });
  it('steps along the critical path, each span once, round at the ends, and from beside the path to the nearest', () => {
    const waterfall = layoutTrace(testTrace([{ to: 100 }, { parent: 0, from: 10, to: 40 }, { parent: 0, from: 50, to: 90 }, { parent: 0, from: 45, to: 48 }], { criticalPath: [[0, 0, 10], [1, 10, 40], [0, 40, 50], [2, 50, 90], [0, 90, 100]] }));
    expect([0, 1, 2].map((row) => pathStep(waterfall, row, 1))).toEqual([1, 2, 0]);
    expect([0, 1, 2].map((row) => pathStep(waterfall, row, -1))).toEqual([2, 0, 1]);
    expect([pathStep(waterfall, 3, 1), pathStep(waterfall, 3, -1)]).toEqual([2, 0]);
    expect(pathStep(layoutTrace(testTrace([{ to: 1 }])), 0, 1)).toBeNull();
  });
  it('tells waiting from running, and for whom', () => {
    const waterfall = layoutTrace(testTrace([{ to: 100 }, { parent: 0, from: 10, to: 60, kind: CLIENT, failed: true, attributes: { 'server.address': 'psp' } }, { parent: 0, from: 60, to: 90, kind: CLIENT }, { parent: 2, from: 65, to: 80, service: 'orders' }],
      { criticalPath: [[0, 0, 10], [1, 10, 60], [2, 60, 65], [3, 65, 80], [2, 80, 90], [0, 90, 100]] }));
    expect(whereTimeWent(waterfall)).toEqual([
      { name: 'psp', waits: true, failed: true, nanos: 50, row: 1 }, { name: 's', waits: false, failed: false, nanos: 20, row: 0 },
      { name: 'orders', waits: true, failed: false, nanos: 15, row: 2 }, { name: 'orders', waits: false, failed: false, nanos: 15, row: 3 },
    ]);
    const [, , caller] = waterfall.trace.spans;
    expect(caller && [waits(caller), peerOf(waterfall, caller)]).toEqual([true, 'orders']);
  });
  it('places what is in sight and cuts what is beyond', () => {
    expect(place(0, 100, whole)).toEqual({ left: 0, width: 100 });
    expect(place(60, 70, { from: 0, to: 50 })).toBeNull();
    expect(place(0, 1e15, { from: 10, to: 20 })).toEqual({ left: 0, width: 100 });
    expect(place(5, 5, { from: 5, to: 5 })).toBeNull();
  });
  it('draws any number of stretches and moments with a bounded path', () => {
    const many = Array.from({ length: 50_000 }, (_, i): [number, number] => [i * 2, i * 2 + 1]);
    expect(rectPath(many, { from: 0, to: 100_000 }, 0, 10).split('M').length).toBeLessThan(1002);
    expect(rectPath([[0, 10], [50, 60]], whole, 2, 8)).toBe('M0 2h100v8h-100zM500 2h100v8h-100z');
    expect(rectPath([[200, 300]], whole, 0, 1)).toBe('');
    expect(tickPath(many.map(([at]) => at), { from: 0, to: 100_000 }, 0, 1).split('M').length).toBeLessThan(1003);
  });
  it.each([[0, 1], [0, 999], [0, 2.41e9], [5e8, 5.2e8], [0, 7e10]])('has few round ticks from %d to %d', (from, to) => {
    const ticks = ticksOf({ from, to });
    expect(ticks.length).toBeLessThanOrEqual(7);
    for (const tick of ticks) expect(tick.percent >= 0 && tick.percent <= 97).toBe(true);
  });
  it('reads the stretch in sight from the address, and all of it from nonsense', () => {
    expect(readScale('10-20', 100)).toEqual({ from: 10, to: 20 });
    for (const text of [undefined, '', '20-10', '5-5', 'a-b', '200-300']) expect(readScale(text, 100)).toEqual(whole);
  });
});

describe('folding', () => {
  const waterfall = layoutTrace(testTrace([{ service: 'a', to: 99 }, ...Array.from({ length: 400 }, (_, i) => [{ parent: 0, service: 'b', from: i, to: i + 1 }, { parent: 1 + i * 2, service: 'b', from: i, to: i + 1 }]).flat()]));
  const rows = rowsBySpanId(waterfall.trace);
  it('of the insides of all services is short in the address, whatever the trace', () => {
    const all = insides(waterfall);
    expect([all.size, writeFolded(waterfall, all)]).toEqual([400, 'services']);
    expect(readFolded(waterfall, 'services', rows)).toEqual(all);
    const open = revealing(waterfall, all, 2);
    expect(writeFolded(waterfall, open)).toBe('services,!0000000000000002');
    expect(readFolded(waterfall, 'services,!0000000000000002', rows)).toEqual(open);
    expect(revealing(waterfall, open, 2)).toBe(open);
  });
  it('of a few is their ids, and nonsense folds nothing', () => {
    expect(writeFolded(waterfall, new Set([0]))).toBe('0000000000000001');
    expect(writeFolded(waterfall, new Set())).toBeUndefined();
    expect(readFolded(waterfall, 'x,!y,,0000000000000001', rows)).toEqual(new Set([0]));
  });
});

describe('find', () => {
  const waterfall = layoutTrace(testTrace([{ name: 'POST /Checkout', service: 'gateway', to: 9 }, { parent: 0, name: 'SELECT', service: 'orders', attributes: { 'db.query.text': 'SELECT price FROM items', rows: 12 }, failed: true }]));
  it.each([['checkout', [0]], ['select', [1]], ['rows=12 price', [1]], ['"price from"', [1]], ['status=error', [1]], ['gateway', [0]], ['service.name=orders', [1]], ['0000000000000002', [1]], ['nothing', []], ['', []], ['  ', []]])('%s', (text, rows) => expect(findSpans(waterfall, text)).toEqual(rows));
});

describe('marks of services', () => {
  it('are the same in every trace and differ within one', () => {
    const names = ['gateway', 'orders', 'payments', 'inventory', 'worker', 'catalog', 'cart', 'accounts', 'notify', 'fraud'];
    expect(new Set(marksOf(names).values()).size).toBe(MARKS);
    expect(marksOf(['orders']).get('orders')).toBe(marksOf(['orders', 'zebra']).get('orders'));
    expect(marksOf([...names, 'one', 'more']).size).toBe(12);
  });
});

describe('minimap', () => {
  it('is bounded, with failed spans and the critical path apart', () => {
    const spans = Array.from({ length: 10_000 }, (_, i) => ({ parent: i === 0 ? -1 : 0, from: i, to: i === 0 ? 10_000 : i + 1, failed: i === 5000 }));
    const paths = minimapPaths(layoutTrace(testTrace(spans, { criticalPath: [[0, 0, 10_000]] })), 40);
    expect(paths.all.length).toBeLessThan(40 * 500 * 4);
    expect(paths.failed).toBe('M250 20.5h1');
    expect(paths.path).toBe('M0 0.5h500');
  });
});

describe('logs of a trace', () => {
  it('are asked by its id and that of a span, and by a field', () => {
    expect(logsQuery('a1', 'b2"}')).toBe('{service_name=~".+"} | trace_id="a1" | span_id="b2"');
    expect(logsWith('pay"ments', 'http.route', '/a "b"')).toBe('{service_name="pay\\"ments"} | http_route="/a \\"b\\""');
    expect(logsWith('', '2xx', 'x')).toBe('{service_name=~".+"} | _2xx="x"');
  });
  it('stand on the time line of their span', () => {
    const trace = testTrace([{ to: 5e6 }]);
    const record = { key: 'k', unixNano: '', ms: trace.startMs + 2, level: 'error', service: 's', line: 'x', labels: {}, fields: { span_id: '0000000000000001' }, parsed: new Set<string>() };
    expect([...marksOfLogs(trace, [record, { ...record, fields: { span_id: 'ff' } }])]).toEqual([[0, [{ at: 2e6, level: 'error' }]]]);
  });
});

describe('trace on the wire', () => {
  it('is read with its values, oddities, events and links', () => {
    const trace = testTrace([{ to: 5 }, { parent: 0, from: 9, to: 4 }], { oddities: [[1, ODD.backwards | ODD.duplicate, '00ff']], events: [[0, 3, 0, []]], links: [[1, 'cc', 'dd', []]], dropped: [[0, 1, 0, 2]] });
    expect(trace.spans[1]).toMatchObject({ from: 9, to: 9, sentTo: 4, odd: ODD.backwards | ODD.duplicate, namedParent: '00ff', links: [{ traceId: 'cc', spanId: 'dd', attributes: [] }] });
    expect(trace.spans[0]).toMatchObject({ events: [{ at: 3, name: '', attributes: [] }], dropped: { attributes: 1, events: 0, links: 2 }, service: 's', odd: 0 });
    expect(textOf(trace.resources[0] ?? [], 'service.name')).toBe('s');
  });
  it('survives numbers that lead nowhere', () => {
    const trace = decodeTrace({ traceId: '', rootService: '', rootName: '', startUnixNano: '0', durationNanos: 0, spanCount: 1, errorCount: 0, criticalPath: [], widestWait: null, warnings: [], resources: [], scopes: [], spans: { id: ['x'], parent: [], resource: [7], scope: [9], name: [3], kind: [42], status: [], message: [], start: [], end: [], attributes: [[1, 2, 3]] }, oddities: [[5, 1, '']], events: [[5, 1, 1, []]], links: [], dropped: [], values: [] });
    expect(trace.spans[0]).toMatchObject({ service: '', name: '', kind: 'internal', parent: -1 });
    expect(layoutTrace(trace).order).toEqual([0]);
  });
});
