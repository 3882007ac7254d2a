// npm run browser -- --base URL [--expect-cause payments] [--token TOKEN]
// Drives the page of a running demo as a reader does: services, an open incident with its evidence, traces, logs, language and theme.
// With --expect-cause an open incident must be there and blame that service. Prints a line per check; exits with 1 when one failed.
import { parseArgs } from 'node:util';
import { must, startChecks } from './checks.mjs';

const { values: options } = parseArgs({ options: { base: { type: 'string', default: 'http://127.0.0.1:4380' }, 'expect-cause': { type: 'string' }, token: { type: 'string' } } });
const SERVICES = ['gateway', 'inventory', 'orders', 'payments', 'worker'];
const { page, complaints, check, open, settled, accessible, violationsOf, finish } = await startChecks(options.base.replace(/\/$/, ''), { token: options.token });

/** Every service of the shop has a row, and each row at least a rate that is a number. */
async function fiveServices() {
  const rows = await page.locator('main table tbody tr').evaluateAll((found) => found.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  for (const service of SERVICES) {
    const row = rows.find((cells) => cells[0] === service);
    must(row, `${service} has no row`);
    must(row.slice(3).some((cell) => /\d/.test(cell)), `${service} has no figure: ${row.join(' | ')}`);
  }
  return `${rows.length} rows`;
}

await open('/');
await check('Now: a first sentence', async () => {
  const sentence = await page.locator('main h1').first().innerText();
  must(sentence.length > 10, `"${sentence}" says nothing`);
  return sentence;
});
await check('Now: five services with figures', fiveServices);
await accessible('Now');
await open('/services');
await check('Services: five services with figures', fiveServices);
await check('Services: the copy menu opens, moves with the keys and closes', async () => {
  await page.locator('[aria-haspopup=menu]').first().click();
  must((await page.locator('[role=menuitem]').count()) >= 3, 'the menu has fewer than three entries');
  await page.keyboard.press('ArrowDown');
  must(await page.locator('[role=menuitem]').nth(1).evaluate((item) => item === document.activeElement), 'the arrow does not move');
  const violations = await violationsOf('.dropmenu');
  must(violations.length === 0, violations.join(', '));
  await page.keyboard.press('Escape');
  must((await page.locator('[role=menu]').count()) === 0, 'Escape does not close it');
});
await check('Service: opens from its row and draws its charts', async () => {
  await page.locator('main table').getByRole('link', { name: 'payments', exact: true }).click();
  await page.waitForURL('**/services/payments**');
  await settled();
  const lines = await page.locator('figure.chart svg path').count();
  must(lines >= 3, `${lines} lines are drawn`);
  return `${lines} lines`;
});
await accessible('Service');

await open('/incidents');
const room = page.locator('main table').first().getByRole('link', { name: /^INC-\d+$/ });
const cause = options['expect-cause'];
if (cause !== undefined) await check('Incidents: one is open', async () => must((await room.count()) > 0, 'none is open'));
if ((await room.count()) > 0) {
  await room.first().click();
  await page.waitForURL('**/incidents/INC-*');
  await settled();
  await check('Incident: the first sentence has a number, a duration and a cause', async () => {
    const sentence = await page.locator('main h1').first().innerText();
    must(/(\d|every)\s.*\bfor\s\d+/s.test(sentence), sentence);
    must(/likely|since/.test(sentence), `no cause: ${sentence}`);
    return sentence;
  });
  await check('Incident: the hypothesis names a service', async () => {
    const hypothesis = await page.locator('.hyp h3').innerText();
    must((cause === undefined ? SERVICES : [cause]).some((service) => hypothesis.toLowerCase().includes(service)), hypothesis);
    return hypothesis;
  });
  await check('Incident: an evidence row shows its chart and what it measures now', async () => {
    await page.locator('.ev .numbutton').first().click();
    await page.waitForSelector('.ev .rerun figure.chart svg path');
    const now = await page.locator('.ev .rerun .sub').allInnerTexts();
    must(now.some((text) => /now: .*\d/.test(text)), `nothing measured: ${now.join(', ')}`);
    return now.join(', ');
  });
  await accessible('Incident');
}

// Long ones cross services; many short ones are a single span.
await open('/traces?q=' + encodeURIComponent('{ traceDuration > 100ms }'));
await check('Trace: opens from the list, the waterfall has rows', async () => {
  await page.locator('main table tbody').getByRole('link').first().click();
  await page.waitForURL(/\/traces\/[0-9a-f]{16,32}/);
  await page.waitForSelector('.wf [role=treeitem]');
  const rows = await page.locator('.wf [role=treeitem]').count();
  must(rows >= 2, `${rows} rows`);
  return `${rows} rows`;
});
await accessible('Trace');

await open('/logs');
await check('Logs: lines are there and a record expands', async () => {
  await page.waitForSelector('.log button.l');
  const lines = await page.locator('.log button.l').count();
  await page.locator('.log button.l').first().click();
  await page.waitForSelector('.log .open dl.fieldlist dt');
  return `${lines} lines in sight, ${await page.locator('.log .open dl.fieldlist dt').count()} fields`;
});
await accessible('Logs');

await open('/explore');
await check('Metrics: a metric chosen from the list is drawn, with a sentence', async () => {
  await page.getByRole('combobox').first().fill('http server request duration');
  await page.keyboard.press('Enter');
  await page.waitForURL(/[?&]q=/);
  await settled();
  await page.waitForSelector('figure.chart svg path');
  const sentence = await page.locator('main h1').first().innerText();
  must(/\d/.test(sentence), `no figure: ${sentence}`);
  return sentence;
});
await accessible('Metrics');
await open('/explore/cardinality');
await check('Cardinality: the sentence counts the series', async () => {
  const sentence = await page.locator('main h1').first().innerText();
  must(/\d/.test(sentence), sentence);
  must((await page.locator('main table tbody tr').count()) > 5, 'fewer than six rows');
  return sentence;
});
await accessible('Cardinality');

await open('/');
await check('the language changes to Korean', async () => {
  await page.getByRole('button', { name: 'Read this page in Korean' }).click();
  await page.waitForFunction(() => document.documentElement.lang === 'ko' && /[가-힣]/.test(document.querySelector('main h1')?.textContent ?? ''));
  return page.locator('main h1').first().innerText();
});
await check('the theme changes', async () => {
  const before = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole('button', { name: '밝게 또는 어둡게' }).click();
  await page.waitForFunction((was) => getComputedStyle(document.body).backgroundColor !== was, before);
});
await accessible('Now, Korean, dark');
await check('no error in the console', async () => must(complaints.length === 0, complaints.join('; ')));
process.exit(await finish());
