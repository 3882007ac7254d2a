import { describe, expect, it } from 'vitest';
import type { Evidence, Suspect, TimelineEntry, Triage } from '../api/bongsu';
import { findings as en } from './findings.en';
import { findings as ko } from './findings.ko';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const proof = (of: Partial<Evidence>): Evidence => ({ code: 'latency', claim: 'SERVER WORDS', numbers: {}, texts: {}, supports: true, before: 0.029, after: 1.96, unit: 's', share: null, query: 'up', language: 'promql', fromMs: 0, toMs: 60_000, ...of });
const slow: Triage = {
  atMs: 0, elapsedMs: 90, sliService: 'gateway', sliKind: 'latency', onsetMs: 0, outcome: 'hypothesis', reason: 'SERVER WORDS', reasonCode: 'named',
  hypothesis: { service: 'payments', kind: 'service', object: 'payments', sinceMs: 0, confidence: 0.9, sentence: 'SERVER WORDS', release: null },
  path: [{ from: 'gateway', to: 'orders', share: 0.99 }, { from: 'orders', to: 'payments', share: 0.98 }],
  evidence: [proof({ texts: { service: 'payments' } }), proof({ code: 'ownExcess', texts: { service: 'payments' }, share: 0.98 })], alternatives: [], ruledOut: [], impact: [], blindSpots: [],
};
const failing: Triage = {
  ...slow, sliKind: 'errors',
  evidence: [proof({ code: 'call', texts: { from: 'orders', to: 'payments' }, before: 0.03, after: 1.48 }), proof({ code: 'ownExcess', texts: { service: 'payments' }, unit: '/s', before: 0, after: 0, share: 0.94 })],
};
const suspect = (whyCode: string, numbers: Record<string, number> = {}): Suspect => ({ service: 'inventory', kind: 'service', score: 0, share: 0.06, why: 'SERVER WORDS', whyCode, numbers, texts: { service: 'inventory' } });

describe('the cause', () => {
  it('is one sentence with figures and those who only wait', () => {
    expect(plain(en.because(slow))).toBe('A request in payments takes 1.96 s, 29 ms before; orders and gateway only wait for it.');
    expect(plain(ko.because(slow))).toBe('payments의 요청 하나가 1.96 s 걸림 (전에는 29 ms). orders, gateway는 그 응답을 기다릴 뿐임.');
  });
  it('that fails its callers by being slow is told by the slow call, not by failures it does not have', () => {
    expect(plain(en.because(failing))).toBe('Calls from orders to payments take 1.48 s, 30 ms before; orders and gateway only wait for it.');
    expect(plain(en.hypothesis(failing))).toBe('Payments itself, not what it calls, causes 94.0 % of the failed requests of gateway');
  });
  it('of a release compares both versions', () => {
    const split = proof({ code: 'versionSplit', unit: 'ratio', numbers: { new: 0.2, old: 0.001 }, texts: { service: 'payments', version: '1.43', newVersion: '1.43', oldVersion: '1.42' } });
    const triage = { ...slow, evidence: [split], path: [], hypothesis: slow.hypothesis && { ...slow.hypothesis, kind: 'release' as const } };
    expect(plain(en.because(triage))).toContain('only the new version is bad, at the same time: 1.43 at 20.0 %, 1.42 at 0.10 %');
    expect(plain(ko.because(triage))).toContain('새 버전만 나쁨: 1.43 20.0 %, 1.42 0.10 %');
  });
});

describe('codes of the server', () => {
  const texts = { service: 'payments', from: 'orders', to: 'payments', version: '1.43', previousVersion: '1.42', newVersion: '1.43', oldVersion: '1.42', instance: 'a' };
  it.each(['errorRatio', 'latency', 'call', 'ownExcess', 'calleesNormal', 'onset', 'versionSplit', 'versionsAlike', 'release', 'traffic', 'instance'])('evidence %s is said in the page\'s words', (code) => {
    for (const supports of [true, false]) {
      const of = proof({ code, texts, supports });
      expect(en.evidence(of)).not.toContain('SERVER WORDS');
      expect(ko.evidence(of)).toMatch(/[가-힣]/);
    }
  });
  it.each(['lowShare', 'onsetLate', 'notAnomalous', 'versionsAlike', 'trafficNormal'])('suspect %s too', (code) => {
    for (const numbers of [{} as Record<string, number>, { before: 1, after: 2, share: 0.1 }]) {
      expect(en.suspect(suspect(code, numbers), 'latency')).not.toContain('SERVER WORDS');
      expect(ko.suspect(suspect(code, numbers), 'latency')).toMatch(/[가-힣]/);
    }
  });
  it.each(['weakShare', 'ambiguous', 'onsetLate', 'outOfTime', 'noBaseline', 'missingSignal', 'noEvidence'])('%s has Korean words', (reasonCode) => {
    expect(ko.dontKnow({ ...slow, reasonCode })).toMatch(/[가-힣]/);
    expect(ko.dontKnow({ ...slow, reasonCode, alternatives: [suspect('lowShare'), suspect('lowShare')] })).toMatch(/[가-힣]/);
  });
  it('that are new are told in the words of the server', () => expect(ko.evidence(proof({ code: 'tomorrow' }))).toBe('SERVER WORDS'));
});

describe('timeline and decisions', () => {
  const entry = (of: Partial<TimelineEntry>): TimelineEntry => ({ seq: 1, atMs: 0, kind: 'note', by: 'bongsu', text: 'SERVER WORDS', numbers: {}, texts: {}, ...of });
  const burn = { bad: 75, total: 471, ratio: 0.159, burn: 16, thresholdSeconds: 0.5 };
  it.each(['opened', 'alertFired', 'alertResolved', 'triage', 'release', 'impactBegan', 'status', 'role', 'ack', 'delivery', 'resolved', 'nextUpdate'] as const)('%s has Korean words', (kind) => {
    const said = ko.timeline(entry({ kind, numbers: { ...burn, atMs: 0 }, texts: { service: 'gateway', slo: 'latency', kind: 'latency', long: '1m', alert: 'Fast', status: 'monitoring', role: 'scribe', name: 'Minji', receiver: 'on-call', outcome: 'delivered', object: 'payments', version: '1' } }), () => '14:00');
    expect(said).toMatch(/[가-힣]/);
    expect(said).not.toContain('SERVER WORDS');
  });
  it('say an alert of an objective with its counts', () => {
    const summary = { code: 'sloBurn' as const, numbers: burn, texts: { long: '1m' }, text: '' };
    expect(plain(en.alertSummary(summary))).toBe('75 of 471 requests took longer than 500 ms in 1 min (15.9 %), the budget burns 16.0× too fast');
    expect(plain(ko.alertSummary(summary))).toBe('1분 동안 요청 471건 중 75건 500 ms보다 느림 (15.9 %), 예산을 16.0× 속도로 소진');
  });
  it('give the figures of a decision', () => {
    const step = (stage: 'evaluation' | 'guard' | 'grouping' | 'deduplication', reason: string, detail: string) => ko.decision({ stage, atMs: 0, passed: true, reason, detail });
    expect(step('evaluation', 'fired', '1m burn 90.1×, 15s burn 470×; both must be above 14.4× (slos/gateway.yaml:3)')).toBe('발생: 1분 90.1×, 15초 470×, 둘 다 14.4×를 넘어야 함 (slos/gateway.yaml:3)');
    expect(step('guard', 'notChance', '16 bad of 177 in 1m; the budget allows 0.18: no chance event.')).toBe('1분 동안 177건 중 16건 나쁨, 허용 0.18건: 우연이 아님');
    expect(step('grouping', 'groupDue', 'first of its group (service=gateway): sent after 5s')).toBe('묶음: service=gateway의 첫 알림, 5초 뒤 보냄');
    expect(step('deduplication', 'alreadyNotified', 'told already; repeated after 4h')).toBe('이미 알림: 4시간 간격');
  });
});
