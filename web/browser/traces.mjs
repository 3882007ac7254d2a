// npm run browser:traces
// Drives the search for traces, the heat map and its comparison, and the waterfall against the mock (started here on a free port): from a form
// without TraceQL to a trace of 10,000 spans. Prints a line per check; exits with 1 when one failed.
import { BROKEN_ID, LARGE_ID, LARGE_SPANS } from '../dev/fixtures/traces.mjs';
import { TRACE_ID } from '../dev/fixtures/signals.mjs';
import { startMock } from '../dev/mock-server.mjs';
import { must, startChecks } from './checks.mjs';

const mock = await startMock(0, 'incident');
const base = `http://127.0.0.1:${mock.address().port}`;
const { page, context, complaints, check, open, settled, accessible, finish } = await startChecks(base);

const sentence = async () => (await page.locator('main h1').first().innerText()).replaceAll('\u00a0', ' ');
const address = () => new URL(page.url()).searchParams;
const traceql = () => page.locator('.promql .cm-content').innerText();
const written = (text) => page.waitForFunction((wanted) => document.querySelector('.promql .cm-content')?.innerText.trim() === wanted, text);
const rows = () => page.locator('.tree [role=treeitem]');
const chosen = () => page.locator('.tree [aria-selected=true]').innerText();
const details = () => page.locator('#span-details h2').innerText();
const choosing = (name) => page.waitForFunction((wanted) => document.querySelector('#span-details h2')?.textContent === wanted, name);

await open('/traces');
await page.waitForSelector('.promql .cm-content');
await check('Traces: a first visit looks at whole requests and says what was found', async () => {
  must((await traceql()).trim() === '{ nestedSetParent < 0 }', await traceql());
  await page.waitForFunction(() => document.querySelector('main h1')?.innerText.startsWith('Of '));
  must(/^Of [\d,]+ matching spans \d+ failed; the slowest took [\d.]+ m?s$/.test(await sentence()), await sentence());
  return sentence();
});
await accessible('Traces');
await check('Traces: the form writes the TraceQL that runs', async () => {
  await page.getByLabel('Status').selectOption('error');
  await written('{ nestedSetParent < 0 && status = error }');
  await page.getByLabel('Service', { exact: true }).fill('gateway');
  await page.getByLabel('At least').fill('1.5s');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => new URL(location.href).searchParams.get('q') === '{ nestedSetParent < 0 && resource.service.name = "gateway" && status = error && duration >= 1.5s }');
  await settled();
  must(/^\d+ traces, \d+ with errors/.test(await sentence()), await sentence());
  return address().get('q');
});
await check('Traces: a duration that is none is told beside its field and not sent', async () => {
  const before = page.url();
  await page.getByLabel('At most').fill('fast');
  await page.keyboard.press('Enter');
  must((await page.locator('.filters .wrong').innerText()) === 'Write a duration such as 250ms or 1.5s.', 'nothing is said');
  must(page.url() === before, 'it ran');
  await accessible('Traces, a wrong duration');
});
await check('Traces: names and values of attributes are offered, and one more condition is a chip', async () => {
  await open('/traces');
  await page.getByLabel('Attribute', { exact: true }).fill('span.http.response.status_code');
  await page.waitForFunction(() => [...document.querySelectorAll('datalist option')].some((one) => one.value === '503'));
  await page.getByLabel('Value', { exact: true }).fill('503');
  await page.keyboard.press('Enter');
  await written('{ nestedSetParent < 0 && span.http.response.status_code = 503 }');
  await page.getByRole('button', { name: 'Remove span.http.response.status_code = 503' }).click();
  await written('{ nestedSetParent < 0 }');
});
await check('Traces: the editor completes fields and values, Ctrl+Enter runs, Tab leaves', async () => {
  await open('/traces');
  await page.locator('.promql .cm-content').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{ resource.serv');
  await page.keyboard.type('i');
  await page.waitForFunction(() => document.querySelector('.cm-tooltip-autocomplete')?.textContent?.includes('resource.service.name'));
  await accessible('Traces, completion open');
  await page.keyboard.type('ce.name = "pay');
  await page.waitForFunction(() => document.querySelector('.cm-tooltip-autocomplete')?.textContent?.includes('payments'));
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.insertText(' }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.waitForFunction(() => new URL(location.href).searchParams.get('q')?.startsWith('{ resource.service.name = "payments'));
  await page.keyboard.press('Tab');
  must(!(await page.locator('.promql .cm-content').evaluate((node) => node.contains(document.activeElement))), 'Tab stays in the editor');
});
await check('Traces: a wrong query is told with line and column; a query beyond the form leaves it', async () => {
  await open(`/traces?${new URLSearchParams({ q: '{ .a = 1' })}`);
  must(/^Line 1, column 9: .*missing/.test(await page.locator('.problem').innerText()), await page.locator('.problem').innerText());
  await accessible('Traces, a wrong query');
  await open(`/traces?${new URLSearchParams({ q: '{ .a = 1 } >> { .b = 2 }' })}`);
  must((await page.locator('.tracesearch .hint').innerText()).includes('more than the form can show'), 'the form hides it');
});
await check('Traces: what a damaged block leaves out is said', async () => {
  await open(`/traces?${new URLSearchParams({ q: '{ .damaged = 1 }' })}`);
  must((await page.locator('.partial').allInnerTexts()).filter((text) => text.includes('block 7')).length === 2, 'heat map and list do not both say it');
});
await check('Traces: order and errors first stand in the address and survive a reload', async () => {
  await open('/traces');
  await page.getByRole('group', { name: 'Sort' }).getByRole('button', { name: 'Slowest' }).click();
  await page.getByRole('button', { name: 'Errors first' }).click();
  await page.waitForURL(/mode=slow.*show=errors|show=errors.*mode=slow/);
  await page.reload();
  await settled();
  const list = await page.locator('main tbody tr').evaluateAll((all) => all.map((row) => [row.querySelector('.st')?.classList.contains('bad'), Number(row.cells[2].innerText.replaceAll(',', ''))]));
  const failed = list.filter(([bad]) => bad).length;
  must(failed > 2 && list.slice(0, failed).every(([bad]) => bad), 'errors are not first');
  must(list.slice(1, failed).every(([, ms], i) => ms <= list[i][1]), 'not by duration');
});

await check('Heat map: dragging over the slow ones compares them with the rest, in a sentence first', async () => {
  await open('/traces');
  const box = await page.locator('.cells').boundingBox();
  await page.mouse.move(box.x + box.width * 0.45, box.y + 3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 4, box.y + box.height * 0.24, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/only=\d+-\d+-\d+-\d+/);
  await page.waitForSelector('.comparison .claim');
  const said = (await page.locator('.comparison .claim').innerText()).replaceAll('\u00a0', ' ');
  must(/^9\d(\.\d)? % of the slow ones have region=eu-1, \d(\.\d+)? % of the rest$/.test(said), said);
  must((await page.locator('.comparison tbody tr').count()) >= 3, 'no table');
  must((await page.locator('main').innerText()).includes('of the marked area'), 'the list is not of the area');
  await accessible('Traces, compared');
  return said;
});
await check('Heat map: the marked area survives a reload and goes into the query', async () => {
  await page.reload();
  await settled();
  await page.waitForSelector('.cells .marked');
  await page.getByRole('button', { name: 'Put into the query' }).click();
  await page.waitForFunction(() => /duration > .* && duration <= /.test(new URL(location.href).searchParams.get('q') ?? '') && !location.search.includes('only='));
  await written(address().get('q'));
});
await check('Heat map: by keyboard alone, each cell is said', async () => {
  await open('/traces');
  await page.locator('.cells').focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  must(/\d\d:\d\d:\d\d–\d\d:\d\d:\d\d, [\d.]+ m?s to [\d.]+ m?s: \d+ spans?/.test((await page.locator('.heatmap [role=status]').innerText()).replaceAll('\u00a0', ' ')), await page.locator('.heatmap [role=status]').innerText());
  for (let i = 0; i < 20; i++) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowDown');
  await page.waitForURL(/only=/);
  await page.waitForSelector('.comparison .claim');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !location.search.includes('only='));
});
await check('Comparison: a value is a link to a search with it', async () => {
  const range = await page.evaluate(() => [Date.now() - 1_800_000, Date.now()]);
  await open(`/traces?from=${range[0] - 1_800_000}&to=${range[1]}&only=${range[0]}-${range[1]}-1073741824-`);
  await page.locator('.comparison tbody a', { hasText: 'eu-1' }).click();
  await page.waitForFunction(() => new URL(location.href).searchParams.get('q')?.includes('resource.region = "eu-1"'));
});

await open(`/traces/${TRACE_ID}`);
await check('Trace: says how long, what it waited for, and what is usual', async () => {
  must(/^POST \/checkout took 2\.41 s, 2\.00 s of it waiting for payments-db; 3 spans failed$/.test(await sentence()), await sentence());
  await page.waitForFunction(() => document.querySelector('.lead')?.textContent?.includes('Usually'));
  const said = (await page.locator('.lead p').innerText()).replaceAll('\u00a0', ' ');
  must(/^On the critical path: 82\.8 % waiting for payments-db, .* Usually 290 ms, the median of 412 like it/.test(said), said);
  return said;
});
await accessible('Trace');
await check('Trace: n and p walk the critical path, and the chosen span stands in the address', async () => {
  must((await details()) === 'wait for connection', await details());
  await page.keyboard.press('n');
  await choosing('back off before retry');
  must(address().get('span') === '000000000000000b', page.url());
  await page.keyboard.press('p');
  await page.keyboard.press('p');
  await choosing('validate card');
  await page.reload();
  await settled();
  await choosing('validate card');
  must((await chosen()).includes('validate card'), 'the row is not chosen');
});
await check('Trace: g n still goes to Now', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.waitForURL((url) => url.pathname === '/');
  await page.goBack();
  await settled();
});
await check('Trace: the tree moves and folds by keyboard, and a link to a folded span unfolds it', async () => {
  await open(`/traces/${TRACE_ID}?span=0000000000000001`);
  await page.locator('.tree').focus();
  const before = await rows().count();
  await page.keyboard.press('ArrowDown');
  await choosing('POST orders');
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => document.querySelectorAll('.tree [role=treeitem]').length === 2);
  await page.waitForURL(/hide=0000000000000002/);
  await accessible('Trace, folded');
  await page.getByRole('button', { name: 'Next error' }).click();
  await page.waitForFunction((wanted) => document.querySelectorAll('.tree [role=treeitem]').length === wanted, before);
});
await check('Trace: search in spans counts, goes on and back, and marks what it found', async () => {
  await page.getByRole('textbox', { name: 'Find in spans' }).fill('db.system.name=postgresql');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.tree .found').length === 2);
  await page.keyboard.press('Enter');
  await choosing('SELECT stock');
  await page.keyboard.press('Enter');
  await choosing('INSERT charge');
  await page.keyboard.press('Shift+Enter');
  await choosing('SELECT stock');
  must((await page.locator('.findrow [role=status]').innerText()) === '1 of 2', await page.locator('.findrow [role=status]').innerText());
});
await check('Trace: dragging over the times zooms, 0 shows all again', async () => {
  await open(`/traces/${TRACE_ID}`);
  const box = await page.locator('.ruler').boundingBox();
  await page.mouse.move(box.x + box.width * 0.85, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.99, box.y + 12, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/scale=\d+-\d+/);
  const [from, to] = address().get('scale').split('-').map(Number);
  must(from > 2.0e9 && to < 2.41e9, address().get('scale'));
  await page.keyboard.press('0');
  await page.waitForFunction(() => !location.search.includes('scale='));
  await page.keyboard.press('z');
  await page.waitForURL(/scale=63000000-2058000000/);
});
await check('Trace: logs on demand, of one span and of all, with marks on the bars and a way to their span', async () => {
  await open(`/traces/${TRACE_ID}?span=000000000000000a`);
  must((await page.locator('.tree path.log').count()) === 0, 'logs are there unasked');
  await page.getByRole('button', { name: 'Show its logs' }).click();
  await page.waitForFunction(() => document.querySelector('.spanlogs')?.textContent?.includes('Connection pool exhausted'));
  await page.getByRole('button', { name: 'Show logs' }).click();
  await page.waitForURL(/show=logs/);
  await page.waitForSelector('.tree path.log');
  await accessible('Trace, with logs');
  await page.locator('.tracelogs .linkbutton').first().click();
  await choosing('wait for connection');
});
await check('Trace: attributes lead to traces and logs, links to other traces, and who links here is found', async () => {
  await open(`/traces/${TRACE_ID}?span=0000000000000011`);
  must((await page.getByRole('link', { name: 'Traces with service.name=worker' }).getAttribute('href')).includes(encodeURIComponent('{ resource.service.name = "worker" }').replaceAll('%20', '+')), 'no filter for traces');
  must(decodeURIComponent((await page.getByRole('link', { name: 'Logs with deployment.environment.name=production' }).getAttribute('href')).replaceAll('+', ' ')).includes('{service_name="worker"} | deployment_environment_name="production"'), 'no filter for logs');
  await page.getByRole('button', { name: 'Who links here?' }).click();
  await page.getByRole('link', { name: 'edge GET /' }).waitFor();
  await page.locator('#span-details a.mono.link').first().click();
  await page.waitForURL(new RegExp(`/traces/${BROKEN_ID}`));
});
await check('Trace: what is wrong with it is said in words, with the way to the spans', async () => {
  await open(`/traces/${BROKEN_ID}`);
  const said = (await page.locator('.oddities li').allInnerTexts()).join(' | ').replaceAll('\u00a0', ' ');
  for (const part of ['1 span names a parent that is not here', '1 span has an id that another span has', '1 circle of parents', '1 span ends before the start', '1 span starts before the parent']) must(said.includes(part), said);
  must((await rows().count()) === 7, `${await rows().count()} rows`);
  await page.locator('.oddities li', { hasText: 'ends before' }).getByRole('button').click();
  await choosing('ends before it starts');
  must((await page.locator('#span-details .hint.warn').innerText()).includes('It ends before it starts'), 'the span does not say it');
});
await accessible('Trace, broken');
await check('Trace: an exemplar opens its trace with its span chosen', async () => {
  await open(`/explore?${new URLSearchParams({ q: 'histogram_quantile(0.9, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))' })}`);
  await page.locator('.dots a').first().click();
  await page.waitForURL(/\/traces\/[0-9a-f]{32}\?.*span=0000000000000008/);
  await choosing('POST /charge');
});
await check('Trace: one that is not stored says why it may be so', async () => {
  await open('/traces/00000000000000000000000000000000');
  must((await sentence()) === 'This trace is not stored', await sentence());
  await page.getByText('Sampling dropped it, by the policy one-in-ten').waitFor();
});

await check(`Trace: of ${LARGE_SPANS} spans only the rows in sight are in the page`, async () => {
  await open(`/traces/${LARGE_ID}`);
  must((await page.locator('main').innerText()).replaceAll('\u00a0', ' ').includes('10.0 k spans') || (await page.locator('main .unit').first().innerText()).replaceAll('\u00a0', ' ').startsWith('10,000 spans'), await page.locator('main .unit').first().innerText());
  const nodes = await page.evaluate(() => document.querySelectorAll('.wf *').length);
  must((await rows().count()) < 60 && nodes < 1500, `${await rows().count()} rows, ${nodes} nodes`);
  return `${await rows().count()} rows, ${nodes} nodes`;
});
await accessible('Trace, large');
await check('Trace: scrolling it draws the rows that come into sight, and lays out nothing else', async () => {
  await page.context().browser().startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  const seen = await page.evaluate(async () => {
    const box = document.querySelector('.wf.scrolls');
    const tree = document.querySelector('.tree');
    let added = 0;
    let most = 0;
    const watch = new MutationObserver((changes) => { for (const change of changes) added += [...change.addedNodes].filter((node) => node.nodeType === 1 && node.getAttribute('role') === 'treeitem').length; });
    watch.observe(tree, { childList: true });
    const frames = 120;
    const step = 28 * 8;
    for (let i = 0; i < frames; i++) {
      box.scrollTop += step;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      most = Math.max(most, tree.querySelectorAll('[role=treeitem]').length);
    }
    watch.disconnect();
    return { added, most, passed: (frames * step) / 28, sight: Math.ceil(box.clientHeight / 28), top: box.scrollTop };
  });
  const events = JSON.parse((await page.context().browser().stopTracing()).toString()).traceEvents;
  const layouts = events.filter((event) => event.name === 'Layout').map((event) => event.args.beginData?.totalObjects ?? 0);
  const styles = events.filter((event) => event.name === 'UpdateLayoutTree').map((event) => event.args.elementCount ?? 0);
  must(seen.top >= seen.passed * 28 - 1, `scrolled to ${seen.top}`);
  must(seen.most <= seen.sight + 14, `${seen.most} rows for ${seen.sight} in sight`);
  must(seen.added >= seen.passed && seen.added <= seen.passed + seen.sight, `${seen.added} rows drawn for ${seen.passed} passed`);
  must(layouts.length > 60 && Math.max(...layouts) < 4000, `${layouts.length} layouts of up to ${Math.max(...layouts)} objects`);
  must(Math.max(...styles) < 2000, `styles of up to ${Math.max(...styles)} elements at once`);
  return `${seen.passed} rows passed, ${seen.added} drawn, ${seen.most} at most; ${layouts.length} layouts of up to ${Math.max(...layouts)} objects, styles of up to ${Math.max(...styles)} elements`;
});
await check('Trace: End, search and errors reach any of its rows', async () => {
  await page.locator('.tree').focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('.tree [aria-selected=true]') !== null && document.querySelector('.wf.scrolls').scrollTop > 250_000);
  await page.getByRole('textbox', { name: 'Find in spans' }).fill('deadlock');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('.findrow [role=status]')?.textContent === '3 found');
  await page.keyboard.press('Enter');
  await choosing('UPDATE item');
  await page.waitForSelector('.tree .found');
  await page.getByRole('button', { name: 'Fold services' }).click();
  await page.waitForURL(/hide=/);
  must((await rows().count()) < 60, `${await rows().count()} rows`);
});

await context.addCookies([{ name: 'mock-state', value: 'empty', url: base }]);
await check('Traces: an empty server says what to do instead of showing zeros', async () => {
  await open('/traces');
  const said = await page.locator('main').innerText();
  must(said.includes('No trace has arrived yet') && said.includes('OTEL_EXPORTER_OTLP_ENDPOINT'), said.slice(0, 400));
});
await context.clearCookies();

const phone = await context.browser().newContext({ viewport: { width: 390, height: 844 }, locale: 'ko-KR', colorScheme: 'dark', reducedMotion: 'reduce', hasTouch: true });
const small = await phone.newPage();
await check('Phone, Korean: nothing scrolls sideways, and the sentence stands', async () => {
  for (const path of ['/traces', `/traces/${TRACE_ID}?show=logs`, `/traces/${LARGE_ID}`, `/traces/${BROKEN_ID}`]) {
    await small.goto(base + path);
    await small.waitForSelector('main h1');
    await small.waitForFunction(() => !document.querySelector('main [aria-busy=true]'));
    const wide = await small.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    must(wide <= 0, `${path} scrolls sideways by ${wide} px`);
  }
  await small.goto(`${base}/traces/${TRACE_ID}`);
  await small.waitForSelector('main h1');
  must(/^POST \/checkout 2\.41 s 걸림, 그중 2\.00 s는 payments-db 대기, 스팬 3개 실패$/.test((await small.locator('main h1').innerText()).replaceAll('\u00a0', ' ')), await small.locator('main h1').innerText());
});
await phone.close();
await check('no script error, no refused resource', async () => {
  const real = complaints.filter((one) => !/status of 40[04]/.test(one));
  must(real.length === 0, real.slice(0, 3).join(' | '));
});

const code = await finish();
mock.close();
process.exit(code);
