// npm run browser:metrics [-- --base URL]
// Drives the metric explorer, the cardinality view and the targets against the mock (started here on a free port, or the one at --base):
// from choosing a metric without PromQL to writing a wrong query. Prints a line per check; exits with 1 when one failed.
import { parseArgs } from 'node:util';
import { startMock } from '../dev/mock-server.mjs';
import { must, startChecks } from './checks.mjs';

const { values: options } = parseArgs({ options: { base: { type: 'string' } } });
const mock = options.base ? null : await startMock(0, 'incident');
const base = options.base?.replace(/\/$/, '') ?? `http://127.0.0.1:${mock.address().port}`;
const { page, context, complaints, check, open, settled, accessible, finish } = await startChecks(base);

const queries = () => page.locator('.promql .cm-content').allInnerTexts();
const sentence = async () => (await page.locator('main h1').first().innerText()).replaceAll('\u00a0', ' ');
const address = () => new URL(page.url()).searchParams;
const explore = (entries) => open(`/explore?${new URLSearchParams(entries)}`);
const chip = (group, name) => page.getByRole('group', { name: group }).getByRole('button', { name, exact: true });
const written = (text) => page.waitForFunction((wanted) => [...document.querySelectorAll('.promql .cm-content')].some((editor) => editor.innerText.includes(wanted)), text);
const lines = () => page.locator('.plot > svg path').count();

await open('/explore');
await check('Explore: a first visit lists metrics with their type and help', async () => {
  const first = await page.getByRole('option').allInnerTexts();
  must(first.some((text) => /http_requests_total[\s\S]*counter[\s\S]*Requests answered/.test(text)), first.join(' | '));
  must(/\d+ metrics/.test(await sentence()), await sentence());
});
await accessible('Explore, empty');
await check('Explore: a counter is found by its description and drawn per second, by keyboard alone', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('requests answered');
  await page.keyboard.press('Enter');
  await written('sum(rate(http_requests_total[5m]))');
  await settled();
  must((await lines()) === 1, `${await lines()} lines`);
  must(/^HTTP requests per second; now [\d.]+\/s$/.test(await sentence()), await sentence());
  return sentence();
});
await check('Explore: group and filter clicks edit the visible query', async () => {
  await chip('Group by', 'status').click();
  await written('sum by (status) (rate(http_requests_total[5m]))');
  await page.getByLabel('Filter by a label').selectOption('service_name');
  await chip('Values of service_name', 'payments').click();
  await written('sum by (status) (rate(http_requests_total{service_name="payments"}[5m]))');
  await settled();
  must(/where service_name is payments, by status; highest now: 200 at/.test(await sentence()), await sentence());
  must(address().get('q') === 'sum by (status) (rate(http_requests_total{service_name="payments"}[5m]))', page.url());
  await page.getByRole('button', { name: /^Remove the filter/ }).click();
  await written('sum by (status) (rate(http_requests_total[5m]))');
});
await check('Explore: hiding and soloing a series stand in the address and survive a reload', async () => {
  await settled();
  const before = await lines();
  await page.getByRole('checkbox', { name: 'Draw 503' }).uncheck();
  await page.waitForURL(/hide=/);
  must((await lines()) === before - 1, `${await lines()} of ${before} lines`);
  await page.locator('.legend .series button', { hasText: '404' }).click();
  await page.waitForURL(/only=/);
  must((await lines()) === 1, 'solo draws more than one line');
  await page.reload();
  await settled();
  await page.waitForSelector('.plot > svg path');
  must((await lines()) === 1, 'the reload forgot the solo');
  await page.getByRole('button', { name: 'Draw all again' }).click();
  await page.waitForFunction((wanted) => document.querySelectorAll('.plot > svg path').length === wanted, before);
});
await check('Explore: a histogram becomes three quantiles, and its exemplars open traces by keyboard', async () => {
  await page.getByRole('combobox', { name: 'Find a metric' }).fill('http server request duration');
  await page.keyboard.press('Enter');
  await written('histogram_quantile(0.99');
  await settled();
  must((await queries()).length === 3, (await queries()).join(' | '));
  must(/p50, p90 and p99; highest now: p99 at [\d.]+ .?s/.test(await sentence()), await sentence());
  const dots = page.locator('.dots a');
  must((await dots.count()) > 5, `${await dots.count()} dots`);
  must((await page.locator('.dots a[tabindex="0"]').count()) === 1, 'more than one tab stop');
  await page.locator('.dots a[tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  must(await dots.nth(1).evaluate((dot) => dot === document.activeElement), 'the arrow does not move');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await page.goBack();
  await settled();
});
await accessible('Explore, quantiles');
await check('Explore: dragging zooms, and a double click returns', async () => {
  const plot = page.locator('.plot').first();
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 24, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=\d+/);
  await settled();
  await plot.dblclick({ position: { x: 30, y: 20 } });
  await page.waitForFunction(() => !/from=\d+/.test(location.search));
});
await check('Explore: completion offers metrics, labels and values; Escape closes it and Tab leaves the editor', async () => {
  await explore({});
  const editor = page.locator('.promql .cm-content').first();
  await editor.click();
  await page.keyboard.type('rate(http_req');
  await page.waitForSelector('.cm-tooltip-autocomplete li');
  must((await page.locator('.cm-tooltip-autocomplete').innerText()).includes('http_requests_total'), 'the metric is not offered');
  await accessible('Explore, completion open');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.cm-tooltip-autocomplete', { state: 'detached' });
  await page.keyboard.type('uests_total{stat');
  await page.waitForFunction(() => document.querySelector('.cm-tooltip-autocomplete')?.textContent?.includes('status'));
  await page.keyboard.type('us="');
  await page.waitForFunction(() => document.querySelector('.cm-tooltip-autocomplete')?.textContent?.includes('503'));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  must(!(await editor.evaluate((node) => node.contains(document.activeElement))), 'Tab stays in the editor');
});
await check('Explore: what is wrong is said with line and column while one types, here and by the server', async () => {
  await explore({});
  await page.locator('.promql .cm-content').first().click();
  await page.keyboard.insertText('sum by (status) (rate(http_requests_total[5m])))');
  await page.waitForFunction(() => /Line 1, column \d+/.test(document.querySelector('.problem')?.textContent ?? ''));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('info(up)');
  await page.waitForFunction(() => /Line 1, column 1: .*--promql-experimental/.test(document.querySelector('.problem')?.textContent ?? ''));
  await accessible('Explore, a wrong query');
  return page.locator('.problem').innerText();
});
await check('Explore: Ctrl+Enter runs, Format tidies, the history recalls', async () => {
  await explore({});
  const editor = page.locator('.promql .cm-content').first();
  await editor.click();
  await page.keyboard.insertText('max  by  (queue)   (queue_depth)');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.waitForURL(/q=max/);
  await settled();
  await page.getByRole('button', { name: 'Format' }).click();
  await written('max by (queue) (queue_depth)');
  await page.getByRole('button', { name: 'History' }).click();
  must((await page.getByRole('menuitem').allInnerTexts()).some((text) => text.includes('queue_depth')), 'not in the history');
  await page.keyboard.press('Escape');
});
await check('Explore: a gap stays a gap', async () => {
  const shape = await page.locator('.plot > svg path').evaluateAll((paths) => Math.max(...paths.map((path) => path.getAttribute('d').split('M').length - 1)));
  must(shape >= 2, 'no line is broken');
});
await check('Explore: a second query, its letter, and its removal', async () => {
  await explore({ q: 'queue_depth', q2: 'up' });
  must((await page.locator('.legend .series').allInnerTexts()).some((text) => text.startsWith('B ')), 'no B in the legend');
  await page.getByRole('button', { name: 'Remove query B' }).click();
  await page.waitForFunction(() => !location.search.includes('q2='));
});
await check('Explore: too many series are drawn in part, and it says so', async () => {
  await explore({ q: 'checkout_cart_items_total' });
  must((await lines()) === 40, `${await lines()} lines`);
  must(/260.*not drawn/.test(await page.locator('.hint.warn').innerText()), 'nothing is said');
});
await check('Explore: a label of many values is searched by the server', async () => {
  await page.getByLabel('Filter by a label').selectOption('session_id');
  await page.getByLabel('Narrow the values down').fill('9z');
  await page.waitForResponse((response) => response.url().includes('/label/session_id/values') && decodeURIComponent(response.url()).includes('(?i).*9z.*'));
});
await check('Explore: notes and warnings of the server are shown', async () => {
  await explore({ q: 'rate(up[5m])' });
  must((await page.locator('main').innerText()).includes('might not be a counter'), 'no note');
});
await check('Explore: a query the server cannot afford says why, and leaves the other one drawn', async () => {
  await explore({ q: 'slow_metric', q2: 'up' });
  must((await page.locator('main [role=alert]').innerText()).includes('50,000,000 samples'), 'no reason');
  must((await lines()) > 2, 'the other query is not drawn');
});
await check('Explore: native histograms show their buckets and become quantiles by a click', async () => {
  await explore({ q: 'rpc_server_call_duration_seconds{service_name="payments"}' });
  must((await page.locator('.histograms tbody tr').count()) > 10, 'no buckets');
  await page.getByRole('button', { name: 'Draw p50, p90 and p99' }).click();
  await written('histogram_quantile(0.99, sum(rate(rpc_server_call_duration_seconds{service_name="payments"}[5m])))');
});
await check('Explore: now, as a table with values as the server wrote them', async () => {
  await explore({ q: 'up', mode: 'instant' });
  must((await page.locator('table.result tbody tr').count()) > 2, 'no rows');
});
await accessible('Explore, table');

await open('/explore/cardinality');
await check('Cardinality: one sentence names the metric, the label and what to do', async () => {
  must(/^checkout_cart_items_total explodes by session_id: .* values, .* new series .* refused; bound session_id$/.test(await sentence()), await sentence());
  must((await page.locator('main pre').first().innerText()).includes('target_label: session_id'), 'no remedy');
  return sentence();
});
await check('Cardinality: small answers, whatever the storm', async () => {
  const sizes = [];
  page.on('response', (response) => {
    if (/cardinality|status\/tsdb/.test(response.url())) sizes.push(response.body().then((body) => body.length));
  });
  await page.reload();
  await settled();
  const found = await Promise.all(sizes);
  must(found.length >= 2 && Math.max(...found) < 20_000, found.join(', '));
});
await accessible('Cardinality');
await open('/explore/targets');
await check('Targets: failing first, with the reason', async () => {
  must(await sentence() === '3 of 13 targets are down', await sentence());
  const rows = await page.locator('table.targets tbody tr').allInnerTexts();
  must(rows.slice(0, 3).every((row) => row.includes('Down')) && !rows[3].includes('Down'), rows.slice(0, 4).join(' | '));
  await page.getByRole('button', { name: 'Only those in trouble' }).click();
  await page.waitForFunction(() => document.querySelectorAll('table.targets tbody tr').length === 5);
});
await accessible('Targets');

await context.addCookies([{ name: 'mock-state', value: 'empty', url: base }]);
await check('an empty server teaches instead of showing zeros', async () => {
  await open('/explore');
  must((await page.locator('main').innerText()).includes('OTEL_EXPORTER_OTLP_ENDPOINT'), 'no commands');
  await explore({ q: 'up' });
  must(/no series/.test(await page.locator('.void b').last().innerText()), 'no series is not said');
  await open('/explore/targets');
  must((await sentence()) === 'Nothing is scraped', await sentence());
});
await check('no error in the console', async () => {
  const real = complaints.filter((text) => !/status of 4\d\d/.test(text));
  must(real.length === 0, real.join('; '));
});
const code = await finish();
mock?.close();
process.exit(code);
