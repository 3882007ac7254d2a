import { describe, expect, it } from 'vitest';
import type { LintFinding, Sampling, SamplingPolicy, StorageForecast, StorageService, StorageSignal } from '../../api/bongsu';
import { en } from '../../messages/en';
import { ko } from '../../messages/ko';
import { daysOf, fullness, lintByService, lintQuery, outlookOf, overBudget, samplingOf, servicesOf, toneOf } from './storage';

const DAY = 86_400_000;
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const signal = (kind: StorageSignal['kind'], days: [number, number][]): StorageSignal => ({ kind, bytes: 0, walBytes: 0, files: 0, oldestMs: null, newestMs: null, keepMs: null, rules: [], bytesPerDay: null, days: days.map(([day, bytes]) => ({ dayMs: day * DAY, bytes })) });
const forecast = (of: Partial<StorageForecast>): StorageForecast => ({ state: 'reached', limitedBy: 'freeSpace', limitBytes: 100, atMs: null, steadyBytes: null, historyDays: 5, sentence: '', ...of });

describe('days', () => {
  it('are summed by signal, rollups with the metrics', () => {
    expect(daysOf([signal('logs', [[2, 5]]), signal('metrics', [[1, 1], [2, 2]]), signal('rollups5m', [[2, 3]])])).toEqual([
      { dayMs: DAY, by: { metrics: 1, logs: 0, traces: 0 }, total: 1 },
      { dayMs: 2 * DAY, by: { metrics: 5, logs: 5, traces: 0 }, total: 10 },
    ]);
  });
});

describe('the outlook', () => {
  const cases = [
    [forecast({ atMs: 34.5 * DAY }), 'Disk is enough for 34 days at this growth', '지금 속도로 늘면 디스크가 34일 뒤에 참', 'good'],
    [forecast({ atMs: 3 * DAY, limitedBy: 'diskLimit' }), 'The disk limit is reached in 3 days at this growth', '지금 속도로 늘면 디스크 한도에 3일 뒤에 닿음', 'warn'],
    [forecast({ atMs: DAY / 2 }), 'The disk is full within a day', '디스크가 하루 안에 참', 'bad'],
    [forecast({ state: 'never', steadyBytes: 12_000_000_000 }), 'Disk is enough for good: retention holds the data below 12.0 GB', '디스크는 계속 넉넉함: 보존 기간이 데이터를 12.0 GB 아래로 유지', 'good'],
    [forecast({ state: 'never' }), 'Disk is enough for more than ten years at this growth', '지금 속도로 늘어도 디스크는 10년 넘게 넉넉함', 'good'],
    [forecast({ state: 'tooLittleHistory', historyDays: 0.5 }), 'Too early to say how long the disk lasts: only 12 h of data so far', '디스크가 얼마나 갈지 아직 알 수 없음: 데이터가 12시간치뿐', 'none'],
  ] as const;
  it.each(cases)('%#', (of, english, korean, tone) => {
    const outlook = outlookOf(of, 0);
    expect(plain(en.storage.sentence(outlook))).toBe(english);
    expect(plain(ko.storage.sentence(outlook))).toBe(korean);
    expect(toneOf(outlook)).toBe(tone);
  });
  it('measures against the lower limit', () => {
    expect(fullness({ bytes: 25, forecast: forecast({}) } as Parameters<typeof fullness>[0])).toBe(0.25);
    expect(fullness({ bytes: 300, forecast: forecast({}) } as Parameters<typeof fullness>[0])).toBe(1);
    expect(fullness({ bytes: 300, forecast: forecast({ limitBytes: 0 }) } as Parameters<typeof fullness>[0])).toBe(0);
  });
});

describe('services', () => {
  const row = (service: string, of: StorageService['signal'], bytes: number, perDay: number | null): StorageService => ({ service, signal: of, bytes, share: 0, basis: 'ingestedBytes', ingestedBytesPerDay: perDay });
  it('have one row each, largest first, and no rate where none is known', () => {
    const found = servicesOf([row('a', 'logs', 5, 10), row('b', 'metrics', 7, null), row('a', 'traces', 4, 1), row('(none)', 'metrics', 0, null)]);
    expect(found.map((one) => [one.service, one.bytes, one.perDay])).toEqual([['a', 9, 11], ['b', 7, null]]);
    expect(found[0]?.by.traces?.bytes).toBe(4);
  });
  it('over their budget are named once', () => {
    const budget = (service: string, state: 'over' | 'near') => ({ service, signal: 'logs' as const, bytes: 0, records: 0, bytesLimit: 1, recordsLimit: null, used: 1, action: 'warn' as const, keep: null, slowMs: null, state, sampledOut: 0, refused: 0, reachedMs: null, sentence: '' });
    expect(overBudget([budget('a', 'over'), budget('a', 'over'), budget('b', 'near')])).toEqual(['a']);
  });
});

describe('lint', () => {
  const finding = (service: string, rule: LintFinding['rule'], share: number, of: LintFinding['signal'] = 'logs'): LintFinding => ({ service, rule, signal: of, count: Math.round(share * 100), checked: 100, share, example: '', keys: [], fix: '', firstSeenMs: 0, lastSeenMs: 0 });
  it('stands by service, secrets before all', () => {
    const found = lintByService([finding('a', 'textLog', 0.9), finding('b', 'missingRoute', 0.1, 'traces'), finding('b', 'secretInAttribute', 0.01, 'traces')]);
    expect(found.map((one) => [one.service, one.findings.map((own) => own.rule)])).toEqual([['b', ['secretInAttribute', 'missingRoute']], ['a', ['textLog']]]);
  });
  it('leads to the offenders', () => expect([lintQuery(finding('a', 'textLog', 1)), lintQuery(finding('a', 'routeId', 1, 'traces'))]).toEqual([{ to: '/logs', q: '{service_name="a"}' }, { to: '/traces', q: '{ resource.service.name = "a" }' }]));
});

describe('sampling', () => {
  const policy = (name: string, of: Partial<SamplingPolicy>): SamplingPolicy => ({ name, type: '', sampled: 0, notSampled: 0, dropped: 0, keptTraces: 0, keptSpans: 0, droppedTraces: 0, droppedSpans: 0, lateKeptSpans: 0, lateDroppedSpans: 0, isPresent: true, ...of });
  const none = { rootEnded: 0, waitOver: 0, memoryFull: 0, traceTooLarge: 0, planChanged: 0, restarted: 0, headRescue: 0 };
  const sampling = (of: Partial<Sampling>): Sampling => ({
    tail: true, decisionWaitMs: 30_000, rootGraceMs: 5000, keepErrors: true, keepSlowMs: 1000, headRatio: 1, decisions: none, policies: [], logs: [], notes: [], trace: null,
    undecided: { traces: 0, spans: 0, spanBytes: 0, capacity: 100, oldestMs: 0, rememberedDecisions: 0, bytes: 0, budgetBytes: 1000, pendingDrops: 0, lostDrops: 0 }, ...of,
  });
  it('is off until a file says otherwise', () => {
    expect(samplingOf(sampling({ tail: false })).isOn).toBe(false);
    expect([samplingOf(sampling({})), samplingOf(sampling({ tail: false, headRatio: 0.5 })), samplingOf(sampling({ tail: false, logs: [{ name: 'a', ratio: 1, kept: 0, spared: 0, dropped: 0 }] }))].map((one) => one.isOn)).toEqual([true, true, true]);
  });
  it('names who decided most, the policies of the file also when they decided nothing', () => {
    const outlook = samplingOf(sampling({
      decisions: { ...none, waitOver: 2, rootEnded: 9, memoryFull: 1 },
      policies: [policy('keep_errors', { keptTraces: 2 }), policy('head', {}), policy('rare', { type: 'latency' }), policy('old', { type: 'latency', isPresent: false }), policy('not_sampled', { droppedTraces: 8 })],
    }));
    expect(outlook.rows.map((row) => row.name)).toEqual(['not_sampled', 'keep_errors', 'rare']);
    expect([outlook.kept, outlook.dropped, outlook.most.kept?.name, outlook.most.dropped?.name, outlook.early]).toEqual([2, 8, 'keep_errors', 'not_sampled', 1]);
    expect(outlook.causes).toEqual([['rootEnded', 9], ['waitOver', 2], ['memoryFull', 1]]);
  });
  it('is said in one sentence', () => {
    const of = { kept: 2, dropped: 8, mostKept: en.storage.sampling.by('checkout', null), mostDropped: en.storage.sampling.by('not_sampled', 'no policy wanted it'), waiting: 0 };
    expect(plain(en.storage.sampling.sentence(of))).toBe('20.0 % of 10 traces were kept: most of these by the policy checkout, most of the others dropped because no policy wanted it. Rates, errors and durations count all of them.');
    expect(plain(en.storage.sampling.sentence({ ...of, kept: 0, dropped: 0, waiting: 1 }))).toBe('Nothing is decided yet: 1 trace waits for the end.');
    expect(plain(ko.storage.sampling.sentence(of))).toContain('트레이스 10개 중');
    expect(plain(en.trace.keptBecause('keep_errors', true, 'rootEnded'))).toBe('Kept because one of its spans failed; decided when its root had ended.');
    expect(en.trace.keptBecause('checkout', false, null)).toBe('Kept because the policy checkout wanted it.');
    expect(ko.trace.keptBecause('checkout', false, 'waitOver')).toBe('남긴 까닭: 정책 checkout, 루트가 오지 않아 판정.');
  });
});
