// npm run browser:logs [-- --base URL --otlp URL]
// Drives the Logs and Storage pages as somebody does who looks for what went wrong: over a real server with the logs of a shop (started here, or the one at
// --base). Prints a line per check; exits with 1 when one failed.
import { parseArgs } from 'node:util';
import { feed, otlpOf, SPAN_ID, TRACE_ID } from '../dev/log-feed.mjs';
import { must, startChecks } from './checks.mjs';
import { startServer } from './server.mjs';

const { values: options } = parseArgs({ options: { base: { type: 'string' }, otlp: { type: 'string' } } });
const server = options.base ? { base: options.base.replace(/\/$/, ''), otlp: options.otlp, stop: async () => {} } : await startServer();
await feed({ ...server, minutes: 75, perMinute: 120 });
const { page, complaints, check, open, settled, accessible, finish } = await startChecks(server.base);

const sentence = async () => (await page.locator('main h1').first().innerText()).replaceAll('\u00a0', ' ');
const address = () => new URL(page.url()).searchParams;
const query = () => address().get('q') ?? '';
const logs = (entries = {}) => open(`/logs?${new URLSearchParams({ from: 'now-1h', ...entries })}`);
const editor = page.locator('.querybox .cm-content');
const rows = page.locator('.log button.l');
const facet = (group, value) => page.getByRole('group', { name: group, exact: true }).getByRole('button', { name: new RegExp(`^${value}\\b`) });
const type = async (text) => {
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
};
const asked = (wanted) => page.waitForFunction((text) => new URL(location.href).searchParams.get('q') === text, wanted);
const send = (line, count = 1) => fetch(`${server.otlp}/v1/logs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(otlpOf(Array.from({ length: count }, (_, i) => ({ atMs: Date.now(), service: 'orders', level: 'info', line: `${line} ${i}`, fields: { trace_id: TRACE_ID }, instance: 1, version: '4.0.3' })))) });

await logs();
await page.waitForSelector('.log button.l');
await check('Logs: the first sentence counts, bars stand by level, lines are there', async () => {
  must(/log patterns? never seen before \d\d:\d\d|[\d,]+ records/.test(await sentence()), await sentence());
  for (const name of ['b1', 'bw', 'bb']) must((await page.locator(`.bars.${name}`).getAttribute('d'))?.length > 20, `no bars ${name}`);
  must((await rows.count()) > 10, 'no lines');
  return sentence();
});
await check('Logs: only the rows in sight are in the page', async () => must((await rows.count()) < 80, `${await rows.count()} rows`));
await accessible('Logs');
await check('Logs: clicks on facets write the query, several of a field as a choice, and again take them out', async () => {
  await facet('Service', 'payments').click();
  await asked('{service_name="payments"}');
  await settled();
  await facet('Level', 'error').click();
  await facet('Level', 'warn').click();
  await asked('{service_name="payments", level=~"error|warn"}');
  await settled();
  must((await editor.innerText()).includes('level=~"error|warn"'), await editor.innerText());
  must((await page.getByRole('group', { name: 'Level', exact: true }).innerText()).includes('info'), 'a level that is not chosen has gone from the list');
  must(/^Payments: /.test(await sentence()), await sentence());
  await facet('Level', 'error').click();
  await facet('Level', 'warn').click();
  await asked('{service_name="payments"}');
});
await check('Logs: with Alt, or the minus key, a value is shut out', async () => {
  await settled();
  await facet('Level', 'info').click({ modifiers: ['Alt'] });
  await asked('{service_name="payments", level!="info"}');
  await settled();
  await facet('Error class', 'PoolAcquireTimeout').focus();
  await page.keyboard.press('-');
  await asked('{service_name="payments", level!="info"} | error_type!="PoolAcquireTimeout"');
});
await check('Logs: an error class leads to its traces', async () => {
  await logs({ q: '{service_name="payments"}' });
  await page.getByRole('link', { name: 'Traces that failed with PoolAcquireTimeout' }).first().click();
  await page.waitForURL('**/traces?**');
  await page.waitForSelector(`main a[href*="${TRACE_ID}"]`);
  must(address().get('q') === '{ resource.service.name = "payments" && (span.error.type = "PoolAcquireTimeout" || event.exception.type = "PoolAcquireTimeout") }', page.url());
});

await check('Query: a plain word becomes a line filter and is marked in the lines', async () => {
  await logs();
  await page.keyboard.press('/');
  await type('exhausted');
  await page.keyboard.press('Enter');
  await asked('{service_name=~".+"} |= "exhausted"');
  await settled();
  await page.waitForSelector('.log mark');
  must((await page.locator('.log mark').first().innerText()) === 'exhausted', 'nothing is marked');
});
await check('Query: what is wrong is said with its place, before it is run', async () => {
  await type('{service_name="payments"} | json | | x');
  await page.waitForFunction(() => /Line 1, column \d+: /.test(document.querySelector('.querybox .problem')?.textContent ?? ''));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /not valid: line 1, column \d+/.test(document.querySelector('main h1')?.textContent ?? ''));
});
await accessible('Logs, wrong query');
await check('Query: names and values are suggested', async () => {
  await type('{serv');
  await page.keyboard.press('Control+Space');
  await page.waitForSelector('.cm-tooltip-autocomplete li');
  must((await page.locator('.cm-tooltip-autocomplete li').allInnerTexts()).includes('service_name'), 'no service_name');
  await type('{service_name="');
  await page.keyboard.press('Control+Space');
  await page.waitForFunction(() => [...document.querySelectorAll('.cm-tooltip-autocomplete li')].some((item) => item.textContent === 'payments'));
  await page.keyboard.press('Escape');
});
await check('Query: figures of logs are drawn', async () => {
  await logs({ q: 'sum by (service_name) (rate({service_name=~".+"}[5m]))' });
  await page.waitForSelector('figure.chart svg path');
  must((await page.locator('.plot > svg path').count()) >= 4, 'fewer than four lines');
});

await check('Record: opens with its fields, the line laid out; the address holds it', async () => {
  await logs({ q: TRACE_ID });
  await rows.filter({ hasText: 'Unhandled exception' }).click();
  must((await page.locator('.linebody pre').innerText()).includes('\n   at Shop.Payments.Pool.AcquireAsync'), 'no stack trace');
  must((await page.locator('.fieldlist').innerText()).includes('exception_type'), 'no fields');
  await page.reload();
  await page.waitForSelector('.log .open .fieldlist');
});
await accessible('Logs, opened record');
await check('Record: c shows the lines around it, other levels too, in the order they were written', async () => {
  await rows.filter({ hasText: 'Unhandled exception' }).focus();
  await page.keyboard.press('c');
  await page.waitForSelector('.contextlines .this');
  const lines = await page.locator('.contextlines .l').allInnerTexts();
  must(lines.length > 15 && lines.some((line) => line.includes('info')) && lines.some((line) => line.includes('error')), `${lines.length} lines`);
  const times = lines.map((line) => /\d\d:\d\d:\d\d\.\d{3}/.exec(line)?.[0] ?? '');
  must(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? '') || time < '00:10'), times.join(' '));
  await page.getByRole('button', { name: 'its trace', exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll('.contextlines .l').length === 5);
  must(address().get('near') === 'trace', page.url());
});
await accessible('Logs, context');
await check('Record: a field filters in and out', async () => {
  await page.getByRole('button', { name: 'Only records with this order: 99214' }).click();
  await page.waitForFunction(() => new URL(location.href).searchParams.get('q')?.endsWith('| order="99214"'));
  await page.waitForFunction(() => document.querySelectorAll('.log button.l').length === 3);
});
await check('Record: leads to its trace, at its span', async () => {
  await logs({ q: TRACE_ID });
  await rows.filter({ hasText: 'Unhandled exception' }).click();
  await page.getByRole('link', { name: 'Open its trace' }).click();
  await page.waitForURL(`**/traces/${TRACE_ID}**`);
  must(address().get('span') === SPAN_ID, page.url());
  await settled();
});
await check('Record: JSON lines show their message, their fields and their level', async () => {
  await logs({ q: '{app="notify"}' });
  await page.waitForFunction(() => /%\s*warnings and errors/.test(document.querySelector('main h1')?.textContent ?? ''));
  must((await rows.first().innerText()).includes('mail'), 'no message');
  await rows.first().click();
  must((await page.locator('.linebody pre').innerText()).includes('"domain": "example.'), 'not laid out');
  await page.getByRole('button', { name: /^Only records with this to_domain/ }).click();
  await page.waitForFunction(() => /\| json \| to_domain="example\.(org|net)"$/.test(new URL(location.href).searchParams.get('q') ?? ''));
  await settled();
  must((await rows.count()) > 5, 'the filter finds nothing');
});

await check('Patterns: new ones first; one leads to its lines', async () => {
  await logs({ show: 'patterns' });
  await page.waitForSelector('table.patterns tbody tr');
  const found = await page.locator('table.patterns tbody tr').allInnerTexts();
  must(found.length >= 8, `${found.length} patterns`);
  must(found[0].includes('new') && !found.at(-1).includes('new'), found.join(' | '));
  must((await page.locator('table.patterns .spark path').count()) > 4, 'no trends');
  await page.locator('table.patterns').getByRole('link', { name: /Connection pool exhausted/ }).click();
  await page.waitForFunction(() => (new URL(location.href).searchParams.get('q') ?? '').includes('|> "Connection pool exhausted: '));
  await settled();
  const lines = await rows.allInnerTexts();
  must(lines.length > 10 && lines.every((line) => line.includes('Connection pool exhausted')), lines.slice(0, 3).join(' | '));
});
await accessible('Logs, lines of a pattern');
await logs({ show: 'patterns' });
await accessible('Logs, patterns');

await check('Tail: new lines come by themselves; an opened record holds them, and they wait', async () => {
  await logs({ q: '{service_name="orders"} |= "live line"', tail: 'on' });
  await page.waitForSelector('.tailbar .st.good');
  await send('live line one');
  await rows.filter({ hasText: 'live line one 0' }).waitFor();
  await rows.first().click();
  await send('live line two', 3);
  await page.getByRole('button', { name: /3.new records; go on/ }).waitFor();
  must((await rows.filter({ hasText: 'two' }).count()) === 0, 'the page moved while a record was open');
  await page.getByRole('button', { name: /3.new records; go on/ }).click();
  await rows.filter({ hasText: 'live line two 2' }).waitFor();
  must((await rows.count()) === 4, `${await rows.count()} lines`);
});
await accessible('Logs, tail');
await check('Tail: scrolling down holds, going on brings the rest', async () => {
  await send('live line fill', 120);
  await page.waitForFunction(() => /12\d came/.test(document.body.textContent ?? ''));
  await page.mouse.move(900, 700);
  await page.mouse.wheel(0, 1500);
  await page.waitForFunction(() => document.querySelector('.tailbar')?.textContent?.includes('Paused'));
  await send('live line after');
  await page.getByRole('button', { name: /1.new record; go on/ }).click();
  await rows.filter({ hasText: 'live line after 0' }).waitFor();
});

await check('Nothing found: the page says what was asked, and where else to look', async () => {
  await logs({ q: 'ffffffffffffffffffffffffffffffff' });
  await page.getByRole('button', { name: 'Look for it in the text of lines' }).click();
  await asked('{service_name=~".+"} |= "ffffffffffffffffffffffffffffffff"');
  await settled();
  must((await sentence()) === 'No record matches', await sentence());
});

await open('/storage');
await check('Storage: a sentence on the disk, every signal, budgets and findings with their fix', async () => {
  must(/disk/i.test(await sentence()), await sentence());
  const text = await page.locator('main').innerText();
  for (const part of ['By signal', 'Logs', 'Traces', 'Budgets of today', 'payments', 'budgets.yaml', 'Fix']) must(text.includes(part), `no ${part}`);
  return sentence();
});
await accessible('Storage');
await check('no error in the console', async () => {
  const real = complaints.filter((text) => !/status of 400/.test(text));
  must(real.length === 0, real.join('; '));
});
const code = await finish();
await server.stop();
process.exit(code);
