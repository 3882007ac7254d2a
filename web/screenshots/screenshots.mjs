// npm run screenshots -- --base URL --out DIR [--only now,service] [--state incident] [--quick]
// Draws every page at 1440 and 390 px, light and dark, in English and Korean, runs axe on each, and checks that nothing scrolls sideways.
// Works against the mock and against a real server: ids of incidents, alerts, traces and services are asked from the server.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { launch } from '../browser/chromium.mjs';

const { values: options } = parseArgs({ options: { base: { type: 'string', default: 'http://127.0.0.1:4380' }, out: { type: 'string', default: 'screenshots/out' }, only: { type: 'string' }, state: { type: 'string' }, token: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const base = options.base.replace(/\/$/, '');
const headers = { ...(options.state ? { cookie: `mock-state=${options.state}` } : {}), ...(options.token ? { authorization: `Bearer ${options.token}` } : {}) };

const ask = async (path) => {
  try {
    const response = await fetch(base + path, { headers });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
};

async function pages() {
  const [services, incidents, alerts, slos, runbooks, traces] = await Promise.all(['/bongsu/v1/services', '/bongsu/v1/incidents?status=all', '/bongsu/v1/alerts', '/bongsu/v1/slos', '/bongsu/v1/runbooks', '/tempo/api/search?q=%7B%7D&limit=20'].map(ask));
  const slowest = (traces?.traces ?? []).toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0))[0];
  const list = { now: '/', services: '/services', traces: '/traces', logs: '/logs', metrics: '/explore', 'metrics-up': '/explore?q=up',
    'metrics-quantiles': `/explore?${new URLSearchParams(['0.5', '0.9', '0.99'].map((q, i) => [i === 0 ? 'q' : `q${i + 1}`, `histogram_quantile(${q}, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))`]))}`,
    'metrics-by': `/explore?${new URLSearchParams({ q: 'sum by (service_name, status) (rate(http_requests_total[5m]))' })}`, 'metrics-wrong': `/explore?${new URLSearchParams({ q: 'sum by (service_name (rate(http_requests_total[5m]))' })}`,
    'metrics-table': `/explore?${new URLSearchParams({ q: 'sum by (service_name) (rate(http_requests_total[5m]))', mode: 'instant' })}`,
    cardinality: '/explore/cardinality', targets: '/explore/targets', slos: '/slos', alerts: '/alerts', incidents: '/incidents', runbooks: '/runbooks', more: '/more', storage: '/storage' };
  const add = (name, root, id) => {
    if (id) list[name] = `${root}/${encodeURIComponent(id)}`;
  };
  add('service', '/services', services?.services?.[0]?.name);
  add('incident', '/incidents', incidents?.incidents?.[0]?.id);
  add('incident-unknown', '/incidents', incidents?.incidents?.[1]?.id);
  add('alert', '/alerts', alerts?.alerts?.[0]?.id);
  add('slo', '/slos', slos?.slos?.[0]?.id);
  add('runbook', '/runbooks', runbooks?.runbooks?.[0]?.name);
  add('trace', '/traces', slowest?.traceID);
  const only = options.only?.split(',');
  return Object.entries(list).filter(([name]) => !only || only.includes(name));
}

const looks = options.quick
  ? [[1440, 'light', 'en'], [390, 'dark', 'ko']]
  : [1440, 390].flatMap((width) => ['light', 'dark'].flatMap((theme) => ['en', 'ko'].map((lang) => [width, theme, lang])));

/** Opens each menu and the time picker of a page, draws and judges them. */
async function openMenus(page, name, where) {
  if (!['now', 'services', 'incident', 'alert'].includes(name)) return;
  for (const [i, opener] of (await page.locator('[aria-haspopup=menu]:visible, [aria-haspopup=dialog]:visible').all()).entries()) {
    await opener.click();
    await page.screenshot({ path: join(options.out, `${where.replaceAll(' ', '-')}-menu${i}.png`) });
    for (const violation of (await new AxeBuilder({ page }).analyze()).violations) problems.push(`${where} menu ${i}: axe ${violation.impact}: ${violation.id} at ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
    await page.keyboard.press('Escape');
  }
}

await mkdir(options.out, { recursive: true });
const browser = await launch();
const problems = [];
let drawn = 0;
for (const [width, theme, lang] of looks) {
  const context = await browser.newContext({ viewport: { width, height: width === 390 ? 844 : 1040 }, deviceScaleFactor: 1, colorScheme: theme, reducedMotion: 'reduce', extraHTTPHeaders: options.token ? { authorization: `Bearer ${options.token}` } : {} });
  if (options.state) await context.addCookies([{ name: 'mock-state', value: options.state, url: base }]);
  await context.addInitScript(([chosenTheme, chosenLang]) => {
    localStorage.setItem('bongsu.theme', chosenTheme);
    localStorage.setItem('bongsu.lang', chosenLang);
  }, [theme, lang]);
  for (const [name, path] of await pages()) {
    const page = await context.newPage();
    const where = `${name} ${width} ${theme} ${lang}`;
    page.on('pageerror', (error) => problems.push(`${where}: script error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('status of 4')) problems.push(`${where}: console: ${message.text()}`);
    });
    await page.goto(base + path, { waitUntil: 'load' });
    await page.waitForSelector('main h1', { timeout: 10_000 }).catch(() => problems.push(`${where}: no first sentence after 10 s`));
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'), undefined, { timeout: 10_000 }).catch(() => problems.push(`${where}: still loading after 10 s`));
    await page.evaluate(() => document.fonts.ready);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`${where}: scrolls sideways by ${wide} px`);
    await page.screenshot({ path: join(options.out, `${name}-${width}-${theme}-${lang}.png`), fullPage: width !== 390 && name !== 'logs' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations) problems.push(`${where}: axe ${violation.impact}: ${violation.id} at ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
    drawn++;
    await openMenus(page, name, where);
    await page.close();
  }
  await context.close();
}
await browser.close();
for (const problem of problems) console.log(problem);
console.log(`${drawn} screenshots in ${options.out}, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
