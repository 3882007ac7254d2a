import type { AlertRow, DecisionStep, Evidence, Suspect, TimelineEntry, Triage } from '../api/bongsu';
import { count, percent, rate, seconds, times, withUnit } from '../format/number';
import type { findings as english } from './findings.en';
import { josa } from './josa';
import { bystanders, duration as durationIn, figures, keyEvidence, onsetOrder, readBlindSpot, readGuard, shareOfCause, sliUnit, text } from './triage';

const STATUS: Record<string, string> = { investigating: '조사 중', identified: '원인 파악', monitoring: '관찰 중', resolved: '해결' };
const ROLE: Record<string, string> = { commander: '지휘', scribe: '기록', communications: '대외 소통' };
const was = (before: string | null): string => (before === null ? '' : ` (전에는 ${before})`);
const gap = (ms: number): string => seconds(Math.abs(ms) / 1000);
const arrow = (object: string): string => object.replace(' -> ', ' → ');

/** "1m", "1h30m" as Korean reads them. */
export const duration = (written: string): string => durationIn(written, { ms: '밀리초', d: '일', h: '시간', m: '분', s: '초' });

function evidence(of: Evidence): string {
  const { texts, numbers } = of;
  const { before, after } = figures(of);
  const service = text(texts, 'service');
  const now = after ?? '값 없음';
  const way = `${text(texts, 'from')} → ${text(texts, 'to')}`;
  switch (of.code) {
    case 'errorRatio':
      return `${service} 요청의 ${now} 실패${was(before)}`;
    case 'latency':
      return `${service} 요청이 평균 ${now} 걸림${was(before)}`;
    case 'call':
      return of.unit === 's' ? `${way} 호출이 ${now} 걸림${was(before)}` : `${way} 호출의 ${now} 실패${was(before)}`;
    case 'ownExcess':
      return of.unit === 's' ? `하위 호출을 빼고 ${service} 자체가 요청마다 ${now} 씀${was(before)}` : `하위 호출을 빼고 ${service} 자체가 더한 실패 ${now}${was(before)}`;
    case 'calleesNormal':
      return of.unit === 's' ? `${way} 호출은 평소와 같음: ${now}${was(before)}` : `${way} 호출은 평소와 같음: 실패 ${now}${was(before)}`;
    case 'onset':
      return { before: `증상보다 먼저 ${service}에서 시작됨`, same: `증상과 같은 때 ${service}에서 시작됨`, after: `${josa(service, '은', '는')} 증상보다 늦게 나빠짐` }[onsetOrder(of)];
    case 'versionSplit':
    case 'versionsAlike':
      return versions(of);
    case 'release': {
      const ms = (numbers['onsetMs'] ?? 0) - (numbers['atMs'] ?? 0);
      return `증상 ${gap(ms)} ${ms >= 0 ? '전' : '뒤'}에 ${service} ${text(texts, 'previousVersion')} → ${text(texts, 'version')} 배포`;
    }
    case 'traffic':
      return `${service} 요청이 ${rate(numbers['before'] ?? 0)}에서 ${rate(numbers['after'] ?? 0)}로 늘어남. 부하 자체가 원인일 수 있음`;
    case 'instance':
      return `${service} 인스턴스 ${text(texts, 'instance')}: 요청의 ${percent(numbers['traffic'] ?? 0)}를 받으면서 초과분의 ${percent(of.share ?? 0)} 차지`;
    default:
      return of.claim;
  }
}

function versions(of: Evidence): string {
  const { texts, numbers } = of;
  const both = `${text(texts, 'newVersion')} ${withUnit(numbers['new'] ?? 0, of.unit)}, ${text(texts, 'oldVersion')} ${withUnit(numbers['old'] ?? 0, of.unit)}`;
  const { before, after } = figures(of);
  if (texts['version'] !== texts['newVersion']) return `${text(texts, 'service')} 이전 버전 ${text(texts, 'version')}: ${after ?? '값 없음'}${was(before)}`;
  return of.code === 'versionSplit' ? `${text(texts, 'service')}에서 같은 시각에 새 버전만 나쁨: ${both}` : `${text(texts, 'service')}의 두 버전이 같은 시각에 비슷함: ${both}`;
}

function hypothesis(triage: Triage): string {
  const found = triage.hypothesis;
  if (!found) return dontKnow(triage);
  const share = shareOfCause(triage);
  const what = `${triage.sliService}의 ${triage.sliKind === 'latency' ? '늘어난 시간' : '실패한 요청'} 중 ${share === null ? '대부분' : percent(Math.min(1, share))}`;
  if (found.kind === 'release') return `${what}의 원인은 ${found.service} 릴리스 ${found.release?.version ?? found.object}`;
  if (found.kind === 'edge') return `${what}의 원인은 ${arrow(found.object)} 구간. 부르는 쪽에서만 보임`;
  if (found.kind === 'external') return `${what}의 원인은 ${arrow(found.object)} 호출. 그 안은 보이지 않음`;
  return `${what}의 원인은 ${found.service} 자체이며, 그 하위 호출이 아님`;
}

function because(triage: Triage): string {
  const key = keyEvidence(triage);
  const found = triage.hypothesis;
  if (!key || !found) return hypothesis(triage);
  const { before, after } = figures(key);
  const others = bystanders(triage).join(', ');
  const rest = others === '' ? '' : `. ${josa(others, '은', '는')} ${key.unit === 's' ? '그 응답을 기다릴 뿐임' : '그 실패를 넘겨받을 뿐임'}`;
  if (after !== null && (key.code === 'latency' || (key.code === 'ownExcess' && key.unit === 's'))) return `${found.service}의 요청 하나가 ${after} 걸림${was(before)}${rest}.`;
  return `${evidence(key)}${rest}.`;
}

function suspect(of: Suspect, kind: Triage['sliKind']): string {
  const { numbers, texts } = of;
  const value = (key: string) => withUnit(numbers[key] ?? 0, sliUnit(kind));
  switch (of.whyCode) {
    case 'lowShare':
      return `초과분의 ${percent(numbers['share'] ?? of.share ?? 0)}만 설명함`;
    case 'onsetLate':
      return `증상보다 늦게 나빠졌고 초과분의 ${percent(numbers['share'] ?? of.share ?? 0)} 설명함`;
    case 'notAnomalous':
      return numbers['after'] === undefined ? `${josa(text(texts, 'service'), '은', '는')} 초과분에 더한 것이 없음` : `평소와 같음: ${value('after')} (전에는 ${value('before')})`;
    case 'versionsAlike':
      return '이전 버전도 같은 시각에 똑같이 나쁨';
    case 'trafficNormal':
      return `트래픽은 늘지 않음: ${rate(numbers['after'] ?? 0)} (전에는 ${rate(numbers['before'] ?? 0)})`;
    default:
      return of.why;
  }
}

function dontKnow(of: Triage): string {
  const [first, second] = of.alternatives;
  const share = (one: Suspect) => percent(Math.min(1, one.share ?? 0));
  switch (of.reasonCode) {
    case 'weakShare':
      return first ? `가장 유력한 ${josa(first.service, '도', '도')} 초과분의 ${share(first)}만 설명합니다.` : '초과분을 설명하는 것이 없습니다.';
    case 'ambiguous':
      return first && second ? `${josa(first.service, '이', '가')} 초과분의 ${share(first)}, ${josa(second.service, '이', '가')} ${share(second)}를 설명해 하나로 좁히지 못했습니다.` : '비슷한 후보가 둘 이상이라 하나로 좁히지 못했습니다.';
    case 'onsetLate':
      return first ? `${josa(first.service, '이', '가')} 맞아 보이지만 증상보다 늦게 나빠졌습니다.` : '후보가 증상보다 늦게 나빠졌습니다.';
    case 'outOfTime':
      return '시간 안에 텔레메트리를 다 읽지 못했습니다.';
    case 'noBaseline':
      return `${josa(of.sliService, '이', '가')} 데이터를 보낸 지 얼마 되지 않아 비교할 평소가 없습니다.`;
    case 'missingSignal':
      return `${josa(of.sliService, '을', '를')} 판단하는 데 필요한 신호가 없습니다.`;
    case 'noEvidence':
      return `${josa(of.sliService, '은', '는')} 평소보다 나빠지지 않았습니다.`;
    default:
      return of.reason;
  }
}

function blindSpot(said: string): string {
  const { kind, of } = readBlindSpot(said);
  switch (kind) {
    case 'inside':
      return `${of} 안쪽(스스로 텔레메트리를 보내지 않음)`;
    case 'calls':
      return `${of}의 하위 호출(스팬을 보내지 않음)`;
    case 'queryFailed':
      return `쿼리가 실패해 값이 없는 근거가 있음(${of})`;
    case 'outOfTime':
      return '시간이 모자라 값이 없는 근거가 있음';
    case 'partFailed':
      return `${of}: 보지 못함`;
    default:
      return said;
  }
}

function timeline(entry: TimelineEntry, clock: (ms: number) => string): string {
  const { texts, numbers } = entry;
  const itself = entry.by === '' || entry.by.toLowerCase() === 'bongsu';
  const colon = (name: string | undefined) => (name === undefined || name === '' ? '' : `: ${name}`);
  switch (entry.kind) {
    case 'opened':
      return itself ? '알림이 인시던트를 엶' : '인시던트를 직접 엶';
    case 'alertFired':
      return `알림 발생${colon(texts['alert'])}, ${alertSummary({ code: numbers['burn'] === undefined ? 'rule' : 'sloBurn', numbers, texts, text: entry.text })}`;
    case 'alertResolved':
      return `알림 해제${colon(texts['alert'])}`;
    case 'triage':
      return triaged(entry);
    case 'release':
      return `${text(texts, 'service')} ${text(texts, 'version')} 배포`;
    case 'impactBegan':
      return texts['service'] === undefined ? '영향 시작' : `${texts['service']}에 영향 시작`;
    case 'ack':
      return '확인함';
    case 'status':
      return `${itself ? (texts['status'] === 'monitoring' ? '알림이 모두 해제되어 ' : texts['status'] === 'investigating' ? '알림이 다시 발생해 ' : '') : ''}상태: ${STATUS[texts['status'] ?? ''] ?? entry.text}`;
    case 'resolved':
      return itself ? `${duration(/^Quiet for (\S+)$/.exec(entry.text)?.[1] ?? '한동안')} 조용하여 해결로 닫음` : '해결로 표시함';
    case 'severity':
      return severity(entry);
    case 'role':
      return `${ROLE[texts['role'] ?? ''] ?? ''}: ${texts['name'] ?? '아무도 없음'}`;
    case 'nextUpdate':
      return `다음 공지 약속: ${numbers['atMs'] === undefined ? '' : clock(numbers['atMs'])}`;
    case 'delivery':
      return texts['outcome'] === 'delivered' ? `${text(texts, 'receiver')}에 알림${(numbers['attempt'] ?? 1) > 1 ? ` (${numbers['attempt'] ?? 1}번째 시도)` : ''}` : `${text(texts, 'receiver')}에 알리지 못함`;
    default:
      return entry.text;
  }
}

function triaged(entry: TimelineEntry): string {
  const { texts } = entry;
  if (texts['object'] !== undefined) return `가장 유력한 원인: ${arrow(texts['object'])}`;
  return texts['reason'] === 'noEvidence' ? '지표에서 이상을 찾지 못함' : '원인을 찾지 못함';
}

function severity(entry: TimelineEntry): string {
  const raised = /^Raised (SEV-\d) to (SEV-\d): ([\d.]+) %/.exec(entry.text);
  return raised ? `${raised[1] ?? ''}에서 ${raised[2] ?? ''}로 올림: 나쁜 요청 ${raised[3] ?? ''} %` : entry.text;
}

function alertSummary(of: AlertRow['summary']): string {
  const { bad, total, ratio, burn, thresholdSeconds } = of.numbers;
  if (of.code !== 'sloBurn') return of.text;
  if (bad === undefined || total === undefined || total === 0 || burn === undefined) return `${text(of.texts, 'service')} ${text(of.texts, 'slo')}: 데이터 없음`;
  const what = thresholdSeconds === undefined ? '실패' : `${seconds(thresholdSeconds)}보다 느림`;
  return `${duration(text(of.texts, 'long'))} 동안 요청 ${count(total)}건 중 ${count(bad)}건 ${what} (${percent(ratio ?? bad / total)}), 예산을 ${times(burn)} 속도로 소진`;
}

const REASONS: Record<string, string> = {
  becamePending: '조건이 맞아 기다리기 시작', fired: '발생', keptFiring: '조용하지만 잠시 유지', resolved: '해제', clearedWhilePending: '기다리는 동안 사라짐', frozen: '알 수 없어 그대로 둠', ruleRemoved: '규칙이 없어짐',
  notChance: '우연이 아님', mayBeChance: '우연일 수 있음', off: '보호 꺼짐', routed: '보낼 곳', noRoute: '맞는 경로 없음', noReceiver: '알릴 곳 없음', waiting: '기다림', groupDue: '묶음', notInhibited: '억제되지 않음', inhibited: '다른 알림이 억제함', notSilenced: '침묵되지 않음', silenced: '침묵됨',
  firstNotification: '첫 통지', newAlertsInGroup: '묶음에 새 알림', newResolvedAlerts: '묶음 일부 해제', allAlertsResolved: '모두 해제', repeatIntervalElapsed: '다시 알릴 때', alreadyNotified: '이미 알림', nothingToSay: '알릴 것 없음', delivered: '전달됨', failed: '전달 실패', gaveUp: '전달 포기', deliveryStarted: '보내는 중', deliveryUnderWay: '이미 보내는 중',
};

/** The figures and places of a decision's detail; what only repeats the reason in words is left out. */
function detail(of: DecisionStep): string {
  const said = of.detail;
  const burn = /^(\S+) burn ([\d.]+)×, (\S+) burn ([\d.]+)×; both must be above ([\d.]+)× \((.+)\)$/.exec(said);
  if (burn) return `${duration(burn[1] ?? '')} ${burn[2] ?? ''}×, ${duration(burn[3] ?? '')} ${burn[4] ?? ''}×, 둘 다 ${burn[5] ?? ''}×를 넘어야 함 (${burn[6] ?? ''})`;
  const group = /^(first of its group|joins the group) \((.*)\)(?:: sent after|, which speaks every) (\S+)$/.exec(said);
  if (group && (group[2] ?? '') === '') return `${duration(group[3] ?? '')} ${group[1] === 'first of its group' ? '뒤' : '간격으로'} 보냄`;
  if (group) return group[1] === 'first of its group' ? `${group[2] ?? ''}의 첫 알림, ${duration(group[3] ?? '')} 뒤 보냄` : `${group[2] ?? ''}에 합류, ${duration(group[3] ?? '')}마다 보냄`;
  const repeat = /(?:repeated after|still firing) (\S+)/.exec(said);
  if (repeat) return `${duration(repeat[1] ?? '')} 간격`;
  const sent = /^(\S+) at (\S+), attempt (\d+)/.exec(said);
  if (sent) return `${sent[1] ?? ''} (${sent[2] ?? ''}), ${sent[3] ?? ''}번째 시도`;
  if (of.stage === 'routing') return said.replace(/ by /g, ', ').replace('nobody is configured to hear of alerts: there is no ', '파일 없음: ').replace(', which has nowhere to send to', ', 보낼 주소 없음');
  if (of.stage === 'silences') return of.passed ? '' : said.replace(/^silence (\S+) by (.*?): /, '$1, $2: ');
  if (of.stage === 'inhibition') return of.passed ? '' : said.replace(' fires ', ' 발생 ');
  if (of.stage === 'evaluation') return said.replace(' gave ', ' = ').replace(' no longer gives it ', ' 더는 없음 ').replace(': the alert stays as it is', '').replace('No telemetry in the windows', '구간에 데이터 없음');
  return '';
}

const decision = (of: DecisionStep): string => of.stage === 'guard' ? guard(of.detail) : [REASONS[of.reason] ?? of.reason, detail(of)].filter((part) => part !== '').join(': ');

function guard(sentence: string): string {
  const of = readGuard(sentence);
  if (!of) return sentence.startsWith('No telemetry') ? '판단할 데이터 없음' : sentence.startsWith('Not evaluated') ? '아직 평가하지 않음' : sentence;
  const verdict = { few: '판단하기에 요청이 너무 적음', off: '보호 꺼짐', real: '우연이 아님', within: '예산 안', chance: '우연일 수 있음' }[of.verdict];
  return `${duration(of.window)} 동안 ${of.total}건 중 ${of.bad}건 나쁨, 허용 ${of.allowed}건: ${verdict}`;
}

export const findings: typeof english = {
  evidence, hypothesis, because, suspect, dontKnow, timeline, alertSummary, decision, blindSpot, guard,
  demoNote: '데모: 알림이 몇 시간 대신 최근 몇 분을 봅니다. 지켜보는 동안 알림이 발생하도록 한 설정입니다.',
};
