// node dev/log-feed.mjs --otlp URL --base URL [--minutes 75] [--trickle]
// Sends the logs of a shop in which payments 1.42 began to exhaust its connection pool: text lines with fields by OTLP, JSON lines by Loki's push, and one
// trace that its lines name. With --trickle a few lines follow each second until it is stopped. For browser tests and for looking at the pages.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

export const TRACE_ID = 'a41f07c2be9d4e1c90b1d2f3a4c5e6f7';
export const SPAN_ID = '00000000000000aa';
const SEVERITY = { debug: 5, info: 9, warn: 13, error: 17 };
const BATCH = 2000;

/** The same numbers at every run. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const attr = (entries) => Object.entries(entries).map(([key, value]) => ({ key, value: { stringValue: String(value) } }));
const nano = (ms) => `${Math.floor(ms)}${String(Math.round((ms % 1) * 1e6)).padStart(6, '0')}`;

/** One record a call: what the shop says when all is well, and what payments says once its pool is exhausted. */
export function shopLine(random, broken) {
  const order = 88_000 + Math.floor(random() * 9000);
  const ms = Math.floor(random() * 2000);
  const trace = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(16).padStart(8, '0')).join('');
  const pick = random();
  const fresh = broken && random() < 0.5;
  if (broken && pick < 0.16) return fresh ? ['payments', 'warn', `Holding connection for fraud score, order=${order} elapsed=${1500 + (ms % 500)}ms`, { route: 'POST /charge', order, trace_id: trace }] : ['payments', 'error', `Connection pool exhausted: in_use=20 waiting=${20 + (ms % 30)} timeout=2000ms`, { route: 'POST /charge', 'error.type': 'PoolAcquireTimeout', trace_id: trace }];
  if (broken && pick < 0.19) return ['orders', 'error', `Charge failed for order ${order}: payments answered 503`, { route: 'POST /orders', 'error.type': 'PaymentUnavailable', trace_id: trace }];
  if (pick < 0.36) return ['gateway', 'info', `GET /products/${order} answered 200 in ${ms % 60} ms`, { route: 'GET /products/{id}', trace_id: trace }];
  if (pick < 0.5) return ['payments', 'info', `Charge accepted, order=${order} amount=${(ms / 40).toFixed(2)}`, { route: 'POST /charge', order, trace_id: trace }];
  if (pick < 0.64) return ['orders', 'info', `Order ${order} placed with ${1 + (ms % 5)} items`, { route: 'POST /orders', order, trace_id: trace }];
  if (pick < 0.76) return ['inventory', 'info', `Reserved ${1 + (ms % 4)} of sku-${ms % 90}`, { route: 'POST /reserve', trace_id: trace }];
  if (pick < 0.9) return ['inventory', 'debug', `Cache hit for sku-${ms % 90}`, { trace_id: trace }];
  if (pick < 0.985) return ['gateway', 'info', `POST /checkout answered 200 in ${40 + (ms % 90)} ms`, { route: 'POST /checkout', trace_id: trace }];
  return ['payments', 'warn', `psp.example answered 503, will retry in ${100 + (ms % 300)} ms, order=${order}`, { route: 'POST /charge', order, trace_id: trace }];
}

const VERSIONS = { payments: (n) => (n % 2 === 0 ? '1.42.0' : '1.41.0'), gateway: () => '2.14.1', orders: () => '4.0.3', inventory: () => '3.3.0' };

/** Records as OTLP resources: one a service and instance. */
export function otlpOf(records) {
  const groups = new Map();
  for (const record of records) {
    const key = `${record.service} ${record.instance}`;
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return {
    resourceLogs: [...groups.values()].map((group) => ({
      resource: { attributes: attr({ 'service.name': group[0].service, 'service.version': group[0].version, 'service.instance.id': `${group[0].service}-${group[0].instance}`, 'deployment.environment.name': 'production' }) },
      scopeLogs: [{ scope: { name: 'shop' }, logRecords: group.map(({ atMs, level, line, fields: { trace_id: traceId, span_id: spanId, ...fields } }) => ({ timeUnixNano: nano(atMs), severityNumber: SEVERITY[level], severityText: level.toUpperCase(), body: { stringValue: line }, attributes: attr(fields), traceId, ...(spanId ? { spanId } : {}) })) }],
    })),
  };
}

async function post(url, body, path) {
  const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

const record = (atMs, n, [service, level, line, fields]) => ({ atMs, service, level, line, fields, instance: 1 + (n % 4), version: VERSIONS[service](n) });

/** Sends `minutes` of logs up to now, the last twelve of them broken, in order of time. */
export async function feed({ otlp, base, minutes = 75, perMinute = 300, nowMs = Date.now() }) {
  const random = dice(7);
  const startMs = nowMs - minutes * 60_000;
  const brokenMs = nowMs - 12 * 60_000;
  const count = minutes * perMinute;
  let batch = [];
  for (let i = 0; i < count; i++) {
    const atMs = startMs + (i / count) * (nowMs - startMs) + random() * 20;
    batch.push(record(atMs, i, shopLine(random, atMs > brokenMs)));
    if (batch.length >= BATCH || i === count - 1) {
      await post(otlp, otlpOf(batch), '/v1/logs');
      batch = [];
    }
  }
  await special({ otlp, base, nowMs });
  return count;
}

/** A trace with its lines, a stack trace, and JSON lines of a service that has no exporter. */
async function special({ otlp, base, nowMs }) {
  const at = nowMs - 40_000;
  const stack = 'Unhandled exception while charging order 99214\nSystem.TimeoutException: The connection pool has been exhausted\n   at Shop.Payments.Pool.AcquireAsync(CancellationToken token) in Pool.cs:line 41\n   at Shop.Payments.Charge.RunAsync(Order order) in Charge.cs:line 87';
  const lines = [['orders', 'info', 'Charging order 99214', {}], ['payments', 'info', 'Charge started, order=99214 amount=41.20', { order: 99214 }], ['payments', 'error', stack, { 'exception.type': 'TimeoutException', order: 99214 }], ['orders', 'warn', 'Retrying charge of order 99214 after 50 ms', {}], ['payments', 'info', 'Charge accepted, order=99214 amount=41.20', { order: 99214 }]];
  await post(otlp, otlpOf(lines.map(([service, level, line, fields], i) => record(at + i * 400, 2, [service, level, line, { ...fields, trace_id: TRACE_ID, span_id: SPAN_ID }]))), '/v1/logs');
  const span = (spanId, name, from, to, error) => ({ traceId: TRACE_ID, spanId, ...(spanId === SPAN_ID ? {} : { parentSpanId: SPAN_ID }), name, kind: 2, startTimeUnixNano: nano(at + from), endTimeUnixNano: nano(at + to), attributes: attr(error ? { 'error.type': error } : {}), status: error ? { code: 2, message: error } : {} });
  await post(otlp, { resourceSpans: [{ resource: { attributes: attr({ 'service.name': 'payments', 'service.version': '1.42.0' }) }, scopeSpans: [{ scope: { name: 'shop' }, spans: [span(SPAN_ID, 'POST /charge', 0, 2010, 'PoolAcquireTimeout'), span('00000000000000ab', 'wait for connection', 5, 2000, '')] }] }] }, '/v1/traces');
  const values = Array.from({ length: 120 }, (_, i) => [nano(nowMs - (120 - i) * 25_000), JSON.stringify({ ts: new Date(nowMs - (120 - i) * 25_000).toISOString(), level: i % 9 === 0 ? 'error' : 'info', msg: i % 9 === 0 ? 'mail not sent' : 'mail sent', to: { domain: ['example.org', 'example.net'][i % 2] }, attempt: 1 + (i % 3), duration_ms: 20 + ((i * 7) % 90) })]);
  await post(base, { streams: [{ stream: { app: 'notify', env: 'production' }, values }] }, '/loki/api/v1/push');
}

/** A few lines now. */
export const trickle = (otlp, n, random) => post(otlp, otlpOf(Array.from({ length: n }, (_, i) => record(Date.now() - 20 + i, i, shopLine(random, true)))), '/v1/logs');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { otlp: { type: 'string', default: 'http://127.0.0.1:4318' }, base: { type: 'string', default: 'http://127.0.0.1:4380' }, minutes: { type: 'string', default: '75' }, trickle: { type: 'boolean', default: false } } });
  console.log(`${await feed({ otlp: values.otlp, base: values.base, minutes: Number(values.minutes) })} records sent`);
  const random = dice(Date.now());
  while (values.trickle) {
    await trickle(values.otlp, 4, random);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
