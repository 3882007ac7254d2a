// Answers the page's calls from dev/fixtures and serves dist. For tests and screenshots only; it is never shipped.
// PORT (default 4390) and STATE (incident, calm, empty, login); a request may choose by the cookie mock-state.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { metricsApi } from './fixtures/metrics.mjs';
import { shop } from './fixtures/shop.mjs';
import { logCounts, logFacet, logFields, logPatterns, logs } from './fixtures/signals.mjs';
import { tempoApi, traceApi } from './fixtures/traces.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
const RUNBOOK = '# Payments errors\n\nCustomers cannot pay. **Do not restart** before you looked at the pool.\n\n## Check\n\n1. Is the pool full? `db_client_connection_count{state="used"}`\n2. Did a release go out? See [the releases](/services/payments).\n\n```\nbongsu triage payments\n```\n\n- Roll back first\n- Then look for the cause\n';

function api(path, params, data, state) {
  const from = Number(params.get('from') ?? data.now - 3_600_000);
  const to = Number(params.get('to') ?? data.now);
  const part = path.split('/').slice(3).map(decodeURIComponent);
  const [kind, id] = part;
  switch (kind) {
    case 'session': return { authenticated: state !== 'login', authRequired: state === 'login', name: 'Minji Kim', role: 'respond', version: '0.9.0', demo: true, notes: [] };
    case 'now': return data.nowDocument;
    case 'services': return id ? data.service(id, from, to) : { services: data.rows, warnings: [] };
    case 'releases': return { releases: data.releases };
    case 'slos': {
      if (!id) return { slos: data.slos, problems: [] };
      const slo = data.slos.find((one) => one.id === id);
      const burn = (name, after) => ({ name, labels: {}, query: slo.sli.query, ...data.wave(from, to, 30_000, 21, (t) => data.level(t, 0.3, after)) });
      return slo && { ...slo, burn: [burn('5m', 125), burn('1h', 31)], sliSeries: { name: '', labels: {}, query: slo.sli.query, ...data.wave(from, to, 30_000, 22, (t) => 1 - data.level(t, 0.0003, 0.125), 0) } };
    }
    case 'alerts': {
      if (!id) return { alerts: data.alerts };
      const alert = data.alerts.find((one) => one.id === id);
      return alert && { ...alert, decisions: data.decisions, deliveries: data.deliveries, threshold: 14.4, value: { name: '', labels: {}, query: alert.query, ...data.wave(from, to, 30_000, 23, (t) => data.level(t, 0.3, 125)) } };
    }
    case 'incidents': return id ? data.incidents.find((one) => one.id === id) : { incidents: data.incidents };
    case 'logs': return state === 'empty' ? { patterns: [], total: 0, otherLines: 0, sinceMs: 3_600_000, asOfMs: data.now } : logPatterns(data.now);
    case 'traces': return state === 'empty' ? null : traceApi(id, data.now);
    case 'runbooks': return id ? { name: id, title: 'Payments errors', markdown: RUNBOOK, file: `runbooks/${id}.md` } : { runbooks: state === 'empty' ? [] : [{ name: 'payments-errors', title: 'Payments errors' }] };
    default: return null;
  }
}

function loki(params, data, state) {
  const from = Number(params.get('start')) / 1e6;
  const to = Number(params.get('end')) / 1e6;
  if (state === 'empty') return { status: 'success', data: { resultType: 'streams', result: [] } };
  if ((params.get('query') ?? '').startsWith('sum by')) return logCounts(from, to, Number.parseInt(params.get('step') ?? '60', 10) * 1000, data.burning ? data.started : Infinity);
  return logs(from, to, Number(params.get('limit') ?? 100));
}

function answer(url, state) {
  const data = shop(state);
  const { pathname: path, searchParams: params } = url;
  const metrics = metricsApi(path, params, data, state);
  if (metrics) return metrics;
  if (path.startsWith('/bongsu/v1/')) {
    const found = api(path, params, data, state);
    return found ? [200, found] : [404, { error: { code: 'notFound', message: `${path} is not known` } }];
  }
  if (path === '/loki/api/v1/labels') return [200, { status: 'success', data: state === 'empty' ? [] : ['deployment_environment_name', 'level', 'service_name'] }];
  if (path === '/loki/api/v1/detected_fields') return [200, state === 'empty' ? { fields: null } : logFields];
  if (path === '/loki/api/v1/query') return [200, logFacet(params.get('query') ?? '', data.now)];
  if (path === '/loki/api/v1/format_query') return [200, { status: 'success', data: params.get('query') }];
  if (path === '/loki/api/v1/series') return [200, { status: 'success', data: state === 'empty' ? [] : ['payments', 'orders', 'gateway'].flatMap((service_name) => ['info', 'warn', 'error'].map((level) => ({ service_name, level, deployment_environment_name: 'production' }))) }];
  if (path.startsWith('/loki/api/v1/')) return [200, loki(params, data, state)];
  if (path.startsWith('/tempo/api/')) return tempoApi(path, params, data, state);
  return null;
}

async function file(path) {
  const wanted = normalize(path).replace(/^\/+/, '');
  const name = extname(wanted) === '' ? 'index.html' : wanted;
  return { body: await readFile(join(dist, name)), type: TYPES[extname(name)] ?? 'application/octet-stream' };
}

export function startMock(port, state) {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://mock');
      const chosen = /mock-state=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? state;
      const found = answer(url, chosen);
      if (found) {
        const isText = typeof found[1] === 'string';
        response.writeHead(found[0], { 'Content-Type': isText ? 'text/plain' : 'application/json' }).end(isText ? found[1] : JSON.stringify(found[1]));
        return;
      }
      const { body, type } = await file(url.pathname);
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': CSP }).end(body);
    })().catch((error) => response.writeHead(404, { 'Content-Type': 'text/plain' }).end(String(error)));
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startMock(Number(process.env.PORT ?? 4390), process.env.STATE ?? 'incident');
  console.log(`mock listening http://127.0.0.1:${server.address().port}`);
}
