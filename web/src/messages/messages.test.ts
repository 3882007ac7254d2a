import { describe, expect, it } from 'vitest';
import { incidentSentence } from '../components/incidentSentence';
import { en } from './en';
import { initialLang } from './index';
import { josa } from './josa';
import { ko } from './ko';

function shape(of: unknown, at = ''): string[] {
  if (typeof of === 'function') return [`${at}()`];
  if (typeof of === 'string') return [at];
  return Object.entries(of as Record<string, unknown>).flatMap(([key, value]) => shape(value, `${at}.${key}`));
}
function strings(of: unknown): string[] {
  if (typeof of === 'string') return [of];
  return typeof of === 'object' && of !== null ? Object.values(of).flatMap(strings) : [];
}
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const headline = { service: 'payments', kind: 'errors' as const, ratio: 0.125, slowerThan: null, cause: null, lastedMs: 720_000, release: '1.42', afterReleaseMs: 120_000, title: '', over: false };

describe('both languages', () => {
  it('have the same texts', () => expect(shape(ko).sort()).toEqual(shape(en).sort()));
  it('leave nothing empty', () => expect([...strings(en), ...strings(ko)].filter((text) => text.trim() === '')).toEqual([]));
  it('say the incident in one sentence', () => {
    expect(plain(en.sentence.incident(headline))).toBe('Payments: 1 in 8 requests failing for 12 min, since 2 min after release 1.42');
    expect(plain(ko.sentence.incident({ ...headline, service: '결제' }))).toBe('결제: 요청 8건 중 1건이 12분째 실패 중, 릴리스 1.42 배포 2분 뒤 시작');
  });
  it('leave out what is not known', () => {
    const bare = { ...headline, ratio: null, lastedMs: null, release: null, afterReleaseMs: null };
    expect(en.sentence.incident(bare)).toBe('Payments: requests failing');
    expect(ko.sentence.incident(bare)).toBe('payments: 요청이 실패 중');
    expect(plain(en.sentence.incident({ ...bare, service: 'gateway', kind: 'latency', ratio: 1 / 7, slowerThan: 0.5, lastedMs: 120_000, cause: 'payments' }))).toBe('Gateway: 1 in 7 requests slower than 500 ms for 2 min; payments is the likely cause');
  });
  it('never call missing data healthy or zero', () => {
    const silent = { name: 'worker', state: 'noData' as const, ratio: null, p95Seconds: null, slow: false, release: null, silentMs: 540_000 };
    expect(plain(en.sentence.service(silent))).toBe('Worker has sent nothing for 9 min; that is not the same as no traffic');
    expect(ko.sentence.service(silent)).toContain('9분째 아무것도 오지 않음');
  });
  it('sum up services by trouble', () => {
    expect(plain(en.sentence.services(['payments'], ['gateway', 'orders'], ['worker'], 5))).toBe('1 of 5 services is failing: payments. Gateway and orders are degraded. Worker sends no data.');
    expect(ko.sentence.services([], [], [], 5)).toBe('서비스 5개 모두 정상입니다.');
  });
});

describe('time spans', () => {
  it.each([[0, '0 s', '0초'], [59_400, '59 s', '59초'], [720_000, '12 min', '12분'], [7_500_000, '2 h 5 min', '2시간 5분'], [86_400_000, '1 d', '1일'], [-5, '0 s', '0초']])('%d ms', (ms, english, korean) => {
    expect(plain(en.span(ms))).toBe(english);
    expect(ko.span(ms)).toBe(korean);
  });
});

describe('korean', () => {
  it.each([['결제', '결제가'], ['검색', '검색이'], ['1.42', '1.42가'], ['1.41', '1.41이'], ['payments', 'payments가'], ['73.6\u00a0%', '73.6\u00a0%가'], ['2.00\u00a0h', '2.00\u00a0h이'], ['2.50\u00a0min', '2.50\u00a0min이'], ['438\u00a0ms', '438\u00a0ms가'], ['psp.example)', 'psp.example)가']])('%s takes its particle', (word, out) => expect(josa(word, '이', '가')).toBe(out));
  it('is chosen by what was chosen before, then by the browser', () => {
    expect(initialLang('en', ['ko-KR'])).toBe('en');
    expect(initialLang(null, ['ko-KR', 'en'])).toBe('ko');
    expect(initialLang('xx', ['fr'])).toBe('en');
  });
});

describe('incident sentence from the API', () => {
  it('counts the time from the first failure, and to the end when it is over', () => {
    const incident = { id: 'i', number: 1, title: 'x', severity: 2 as const, status: 'resolved' as const, services: ['orders'], openedMs: 60_000, startedMs: 0, resolvedMs: 600_000, acknowledgedMs: null, nextUpdateMs: null, openedBy: 'Bongsu', roles: { commander: null, scribe: null, communications: null }, headline: { code: 'errors' as const, numbers: { ratio: 0.5 }, texts: {} }, impact: null, cause: null, alerts: [] };
    expect(plain(incidentSentence(en, incident, 9_999_999))).toBe('Orders: 1 in 2 requests failed for 10 min');
  });
});
