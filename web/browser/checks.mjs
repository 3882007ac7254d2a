// What the browser checks share: one line a check, a browser page that collects its complaints, and axe.
import { AxeBuilder } from '@axe-core/playwright';
import { launch } from './chromium.mjs';

export const WAIT_MS = 20_000;

export function must(fact, message) {
  if (!fact) throw new Error(message);
}

export async function startChecks(base, { token, ...look } = {}) {
  const tally = { passed: 0, failed: 0 };
  const complaints = [];
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US', colorScheme: 'light', reducedMotion: 'reduce', extraHTTPHeaders: token ? { authorization: `Bearer ${token}` } : {}, ...look });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(`${page.url()}: ${message.text()}`));

  const check = async (name, run) => {
    try {
      const said = await run();
      tally.passed++;
      console.log(`ok    ${name}${typeof said === 'string' ? `: ${said}` : ''}`);
    } catch (error) {
      tally.failed++;
      console.log(`FAIL  ${name}: ${String(error.message ?? error).split('\n').slice(0, 3).join(' ')}`);
    }
  };
  const settled = async () => {
    await page.waitForSelector('main h1');
    await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'), undefined, { timeout: WAIT_MS });
  };
  const open = async (path) => {
    await page.goto(base + path, { waitUntil: 'load' });
    await settled();
  };
  const accessible = (where) => check(`${where}: axe finds nothing serious`, async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
    must(serious.length === 0, serious.map((one) => `${one.id} at ${one.nodes[0]?.target.join(' ')}`).join('; '));
  });
  const violationsOf = async (selector) => (await new AxeBuilder({ page }).include(selector).analyze()).violations.map((one) => one.id);
  const finish = async () => {
    await browser.close();
    console.log(`${tally.passed} passed, ${tally.failed} failed`);
    return tally.failed > 0 ? 1 : 0;
  };
  return { page, context, complaints, check, open, settled, accessible, violationsOf, finish };
}
