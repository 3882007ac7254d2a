import { useQuery } from '@tanstack/react-query';
import { bongsu } from '../../api/client';
import type { Storage as Stored } from '../../api/bongsu';
import { Lead } from '../../components/Lead';
import { CopyMenu } from '../../components/links';
import { Loaded } from '../../components/states';
import { StateWord } from '../../components/StateWord';
import { bytes, count, number3, percent } from '../../format/number';
import { useLang, useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { dayMonth } from '../../time/zone';
import { BudgetPanel } from './BudgetPanel';
import { DayBars } from './DayBars';
import { LintPanel } from './LintPanel';
import { SamplingPanel } from './SamplingPanel';
import { ServicePanel } from './ServicePanel';
import { SignalPanel } from './SignalPanel';
import { fullness, outlookOf, overBudget, toneOf } from './storage';

const EVERY_MS = 30_000;

/** What is stored and for how long it will fit, who sends it, what they may send, and what would make it worth more. */
export default function Storage() {
  const t = useText();
  const { everyMs } = useTimeWindow();
  const again = { refetchInterval: everyMs === false ? (false as const) : Math.max(EVERY_MS, everyMs) };
  const stored = useQuery({ queryKey: ['storage'], queryFn: ({ signal }) => bongsu.storage(signal), ...again });
  const budgets = useQuery({ queryKey: ['budgets'], queryFn: ({ signal }) => bongsu.budgets(signal), ...again });
  const lint = useQuery({ queryKey: ['lint'], queryFn: ({ signal }) => bongsu.lint(signal), ...again });
  const sampling = useQuery({ queryKey: ['sampling'], queryFn: ({ signal }) => bongsu.sampling(undefined, signal), ...again });
  const outlook = stored.data ? outlookOf(stored.data.forecast, stored.data.asOfMs) : null;
  const tone = outlook ? toneOf(outlook) : 'none';
  const over = overBudget(budgets.data?.budgets ?? []);
  const word = outlook && (tone === 'bad' || tone === 'warn') ? <StateWord tone={tone}>{percent(stored.data ? fullness(stored.data) : 0)}</StateWord> : undefined;
  return (
    <>
      <Lead over={word} sentence={outlook ? t.storage.sentence(outlook) : t.nav.storage} acts={<CopyMenu path="/bongsu/v1/storage" />}>
        {stored.data && <p>{outlook && (outlook.kind === 'days' || outlook.kind === 'soon') ? t.storage.then(outlook.byLimit) : ''}{over.length > 0 ? ` ${t.storage.over(t.listed(over))}` : ''}</p>}
      </Lead>
      <Loaded query={stored}>
        {(storage) => (
          <>
            <Facts storage={storage} over={budgets.data ? over.length : null} findings={lint.data ? lint.data.findings.length : null} />
            <div className="grid storagegrid">
              <SignalPanel signals={storage.signals} />
              <DayBars signals={storage.signals} />
            </div>
            <ServicePanel services={storage.services} />
            <BudgetPanel query={budgets} />
            <SamplingPanel query={sampling} />
            <LintPanel query={lint} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Facts({ storage, over, findings }: { storage: Stored; over: number | null; findings: number | null }) {
  const t = useText();
  const { lang } = useLang();
  const { zone } = useTimeWindow();
  const { forecast } = storage;
  const full = fullness(storage);
  const tone = full >= 0.95 ? 'bad' : full >= 0.8 ? 'warn' : '';
  return (
    <section className="panel">
      <dl className="facts padded">
        <div>
          <dt>{t.storage.stored}</dt>
          <dd>{bytes(storage.bytes)}</dd>
          <dd className="sub">{t.storage.ofLimit(bytes(forecast.limitBytes), forecast.limitedBy === 'diskLimit')}</dd>
          <dd className="sub"><span className={`meter wide ${tone}`} role="img" aria-label={percent(full)}><i style={{ width: `${Math.max(0.5, full * 100)}%` }} /></span></dd>
        </div>
        <div>
          <dt>{t.storage.growth}</dt>
          <dd>{storage.bytesPerDay === null ? '–' : bytes(storage.bytesPerDay)}</dd>
          <dd className="sub">{storage.bytesPerDay === null ? t.storage.growthUnknown : t.storage.growthSub}</dd>
        </div>
        <div>
          <dt>{forecast.limitedBy === 'diskLimit' ? t.storage.limitOn : t.storage.fullOn}</dt>
          <dd>{forecast.atMs === null ? '–' : dayMonth(forecast.atMs, zone, lang)}</dd>
          <dd className="sub">{forecast.atMs === null ? (forecast.state === 'never' ? t.storage.never : t.storage.growthUnknown) : t.until(forecast.atMs - storage.asOfMs)}</dd>
        </div>
        <div>
          <dt>{t.storage.free}</dt>
          <dd>{bytes(storage.freeBytes)}</dd>
        </div>
        <div>
          <dt>{t.storage.budgetsOver}</dt>
          <dd className={over ? 'bad' : ''}>{over === null ? '–' : over === 0 ? t.storage.noneOver : number3(over)}</dd>
        </div>
        <div>
          <dt>{t.storage.lint}</dt>
          <dd>{findings === null ? '–' : count(findings)}</dd>
          <dd className="sub">{t.storage.lintSub}</dd>
        </div>
      </dl>
    </section>
  );
}
