import { count, oneIn, percent, seconds, times } from '../format/number';
import type { Messages } from './en';
import { duration, findings } from './findings.ko';
import { josa } from './josa';
import { logs } from './logs.ko';
import { metrics } from './metrics.ko';
import { storage } from './storage.ko';
import { trace, traces } from './traces.ko';

// 화면의 모든 한국어. Service names, versions and other identifiers stay as they are.

/** "45초", "12분", "2시간 5분", "3일 4시간". */
function span(ms: number): string {
  const secondsLeft = Math.max(0, Math.round(ms / 1000));
  if (secondsLeft < 60) return `${secondsLeft}초`;
  const minutes = Math.floor(secondsLeft / 60);
  if (minutes < 60) return `${minutes}분`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, '시간', minutes % 60, '분');
  return join(Math.floor(hours / 24), '일', hours % 24, '시간');
}

const join = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
const listed = (items: readonly string[]): string => items.join(', ');

/** "요청 8건 중 1건이". */
function share(ratio: number): string {
  if (ratio >= 0.995) return '모든 요청이';
  if (ratio >= 0.95) return '거의 모든 요청이';
  const fraction = oneIn(ratio);
  return fraction ? `요청 ${fraction.whole}건 중 ${fraction.part}건이` : `요청의 ${percent(ratio)}가`;
}

function sinceRelease(ms: number | null, release: string): string {
  return ms === null || ms < 1000 ? `, 릴리스 ${release} 배포와 함께 시작` : `, 릴리스 ${release} 배포 ${span(ms)} 뒤 시작`;
}

export const ko: Messages = {
  lang: 'ko',
  otherLang: { label: '영어로 보기', short: 'EN' },
  span,
  ago: (ms) => (ms < 5000 ? '방금' : `${span(ms)} 전`),
  until: (ms) => `${span(ms)} 뒤`,
  listed,
  skip: '본문으로 건너뛰기',
  loading: '불러오는 중',
  close: '닫기',
  cancel: '취소',

  nav: {
    label: '페이지', phoneLabel: '주요 페이지', youAreHere: '현재 위치',
    now: '지금', services: '서비스', traces: '트레이스', logs: '로그', metrics: '메트릭', slos: 'SLO', alerts: '알림',
    incidents: '인시던트', runbooks: '런북', status: '상태 페이지', synthetics: '합성 점검', storage: '저장소', settings: '설정', more: '더 보기',
    trace: '트레이스',
  },
  beacon: {
    open: (severity) => `SEV-${severity} 진행`,
    calm: '이상 없음',
    unknown: '알 수 없음',
    explain: '불꽃 다섯 개는 SEV-1, 넷은 SEV-2, 셋은 SEV-3, 둘은 SEV-4, 하나는 이상 없음입니다.',
  },
  top: {
    bar: '페이지 도구',
    search: '검색 또는 명령', live: '실시간', paused: '멈춤',
    liveHint: (every) => `${every}마다 새로 고칩니다. 누르면 멈춥니다`, pausedHint: '누르면 다시 자동으로 새로 고칩니다',
    theme: '밝게 또는 어둡게', range: '시간 범위', signOut: '로그아웃',
  },
  range: {
    preset: { 'now-5m': '최근 5분', 'now-15m': '최근 15분', 'now-30m': '최근 30분', 'now-1h': '최근 1시간', 'now-3h': '최근 3시간', 'now-6h': '최근 6시간', 'now-12h': '최근 12시간', 'now-24h': '최근 24시간', 'now-2d': '최근 2일', 'now-7d': '최근 7일', 'now-30d': '최근 30일' },
    custom: '직접 지정', from: '시작', to: '끝', apply: '이 범위로 보기', zone: '시간대', here: '현지', utc: 'UTC',
    hint: 'now-6h, 2026-11-20 14:00 또는 epoch 밀리초', unreadable: '시각으로 읽을 수 없습니다. now-6h나 2026-11-20 14:00처럼 쓰세요.',
    shortened: (since) => `데이터가 ${since} 무렵부터 있어, 최근 1시간 대신 데이터를 모두 담는 가장 짧은 범위를 보여 줍니다.`,
    upsideDown: '끝이 시작보다 뒤여야 합니다.', zoomOut: '두 배로 넓게', earlier: '이전', later: '이후', lock: '이 시각으로 고정',
  },
  palette: {
    title: '검색 또는 명령', placeholder: '페이지, 서비스, 트레이스 ID, 메트릭 이름', none: '맞는 것이 없습니다. 트레이스 ID를 넣으면 트레이스가, 메트릭 이름을 넣으면 쿼리가 열립니다.',
    page: '페이지', service: '서비스', trace: '이 트레이스 열기', query: 'PromQL로 실행', logs: '로그에서 이 문구 찾기', action: '동작',
  },
  keys: {
    title: '단축키', go: '페이지로 이동', search: '검색', palette: '명령', rows: '다음 행, 이전 행', open: '행 열기', edit: '쓰기 (메모, 쿼리)', context: '초점이 있는 로그의 앞뒤 줄',
    zoomOut: '시간 범위 두 배', shift: '이전, 이후', live: '실시간 또는 멈춤', dark: '밝게 또는 어둡게', help: '이 목록',
  },
  copy: {
    menu: '복사', link: '링크 복사', fixedLink: '시각을 고정한 링크 복사', curl: 'curl로 복사', cli: 'CLI로 복사', query: '쿼리 복사', done: '복사했습니다', failed: '브라우저가 복사를 막았습니다', csv: 'CSV', json: 'JSON',
    queryLink: '쿼리', run: '실행',
  },
  login: {
    title: '봉수에 로그인', sub: '접근 토큰을 붙여 넣으세요. 토큰은 관리자가 --tokens-file이나 BONGSU_TOKENS로 정한 파일에 있습니다.', token: '접근 토큰', go: '로그인',
    wrong: '알 수 없거나 기한이 지난 토큰입니다. 새 토큰을 요청하세요.', empty: '토큰을 먼저 붙여 넣으세요.',
  },
  state: {
    noData: '데이터 없음', noDataFor: (ms) => `${span(ms)}간 데이터 없음`, zero: '0',
    failedTitle: (status) =>
      status === 0 ? '서버가 응답하지 않습니다' : status === 404 ? '찾을 수 없습니다' : status === 403 ? '볼 수 있는 권한이 없습니다' : status === 422 || status === 400 ? '서버가 이 쿼리를 받아들이지 않았습니다' : '서버가 답하지 못했습니다',
    failedNext: (status) =>
      status === 0 ? '계속 다시 시도합니다. bongsu가 떠 있는지, 네트워크가 닿는지 확인하세요.'
      : status === 404 ? '이미 지워졌거나 주소가 잘못되었습니다.'
      : status === 403 ? '더 높은 권한의 토큰을 관리자에게 요청하세요.'
      : status === 422 || status === 400 ? '쿼리를 고치거나 시간 범위를 줄여 보세요.'
      : '다시 시도해 보고, 계속되면 bongsu 자신의 로그를 확인하세요.',
    retry: '다시 시도', showRequest: '요청 보기',
    partial: (warnings) => `일부만 읽음: ${warnings.join('; ')}`,
    stale: (ms) => `서버가 ${span(ms)}째 응답하지 않습니다. 마지막으로 받은 내용입니다.`,
    nothing: '비어 있음',
  },
  empty: {
    title: '아직 텔레메트리가 없습니다', sub: 'OpenTelemetry 익스포터가 여기를 향하게 하세요. 첫 기록이 오면 이 페이지가 바로 살아납니다.',
    orDemo: '또는 데모 상점이 보내게 하세요:', waiting: '첫 기록을 기다리는 중',
    services: '이 시간 범위에 기록을 보낸 서비스가 없습니다', servicesNext: '시간 범위를 넓히거나 데이터를 보내 보세요:',
    traces: '맞는 트레이스가 없습니다', tracesNext: '시간 범위를 넓히거나, 최소 시간을 낮추거나, 조건을 빼 보세요.',
    logs: '맞는 로그가 없습니다', logsNext: '시간 범위를 넓히거나 필터를 빼 보세요. 실제로 실행한 쿼리는 아래와 같습니다.',
    series: '이 쿼리에 맞는 시계열이 없습니다', seriesNext: '0이라는 뜻이 아닙니다. 이 범위에 이런 레이블의 기록이 없었습니다.',
    alerts: '대기 중이거나 발생한 알림이 없습니다', alertsNext: '알림은 설정 폴더의 slos/*.yaml과 rules/*.yaml에서 나옵니다.',
    incidents: '아직 인시던트가 없습니다', incidentsNext: '호출 알림이 발생하면 저절로 열립니다. 직접 열 수도 있습니다.',
    slos: '정의된 SLO가 없습니다', slosNext: 'slos 폴더에 파일 하나를 쓰면 1초 안에 읽습니다.',
    runbooks: '아직 런북이 없습니다', runbooksNext: '설정의 runbooks 폴더에 Markdown 파일을 넣으세요. 첫 제목이 런북의 이름이 됩니다.',
    calm: '이상이 없습니다', calmNext: '진행 중인 인시던트도, 발생했거나 대기 중인 알림도 없습니다.',
    changes: '지난 2시간 동안 릴리스가 없었습니다', changesNext: '새로운 service.version이 보이면 저절로 나타납니다.',
  },
  notBuilt: {
    title: (page) => `${page}: 아직 만들지 않았습니다`, sub: '곧 만들 페이지입니다. 그때까지 데이터는 API에서 볼 수 있습니다:',
    why: '데이터 없이 그린 그림은 오해만 부르기 때문에 여기에는 아무것도 보여 주지 않습니다.',
  },
  health: {
    good: '봉수 정상', warn: '봉수에 문제 있음', bad: '봉수 장애', spans: '스팬', logs: '로그', samples: '샘플', rejected: '거부', series: '활성 시계열',
    disk: '디스크 사용', free: '여유', asOf: (time) => `${time} 기준`,
  },

  severity: (severity) => `SEV-${severity}`,
  incidentStatus: { investigating: '조사 중', identified: '원인 파악', monitoring: '관찰 중', resolved: '해결' },
  serviceState: { failing: '실패 중', degraded: '저하', healthy: '정상', noData: '데이터 없음' },
  noDataSince: (ms) => `${span(ms)}째 데이터 없음`,
  alertState: { pending: '대기', firing: '발생', resolved: '해제' },
  sloState: { ok: '예산 안', burning: '빠르게 소진 중', exhausted: '예산 소진', noData: '데이터 없음' },

  sentence: {
    incident: (of) => {
      if (of.kind === 'manual') return of.title;
      const release = of.release ? sinceRelease(of.afterReleaseMs, of.release) : '';
      const cause = of.cause === null || of.release ? '' : of.cause === of.service ? `; 원인은 ${of.service} 자체일 가능성이 큼` : `; 유력한 원인은 ${of.cause}`;
      const lasted = of.lastedMs !== null && of.lastedMs >= 1000 ? (of.over ? ` ${span(of.lastedMs)} 동안` : ` ${span(of.lastedMs)}째`) : '';
      const than = of.slowerThan === null ? '' : ` ${seconds(of.slowerThan)}보다`;
      const bad = of.kind === 'latency' ? `${than} ${of.over ? '느렸음' : '느림'}` : of.over ? ' 실패함' : ' 실패 중';
      return `${of.service}: ${of.ratio === null ? '요청이' : share(of.ratio)}${lasted}${bad}${release}${cause}`;
    },
    calm: (services) => `이상 없음: 서비스 ${count(services)}개, 발생한 알림 없음`,
    firing: (names) => (names.length === 1 ? `${names[0] ?? ''} 알림 발생, 열린 인시던트는 없음` : `알림 ${names.length}개 발생, 열린 인시던트는 없음`),
    services: (failing, degraded, silent, total) => {
      const parts: string[] = [];
      if (failing.length > 0) parts.push(`서비스 ${count(total)}개 중 ${failing.length}개 실패 중: ${listed(failing)}.`);
      if (degraded.length > 0) parts.push(`${josa(listed(degraded), '은', '는')} 저하.`);
      if (silent.length > 0) parts.push(`${listed(silent)}에서는 데이터가 오지 않음.`);
      return parts.length > 0 ? parts.join(' ') : `서비스 ${count(total)}개 모두 정상입니다.`;
    },
    service: (of) => {
      const release = of.release ? `, 릴리스 ${of.release} 이후` : '';
      if (of.state === 'noData') return `${of.name}에서 ${of.silentMs === null ? '' : `${span(of.silentMs)}째 `}아무것도 오지 않음. 트래픽이 없다는 뜻은 아님`;
      if (of.state === 'healthy') return `${of.name} 정상: ${of.ratio === null || of.ratio === 0 ? '실패한 요청 없음' : `요청의 ${percent(of.ratio)} 실패`}${of.p95Seconds === null ? '' : `, p95 ${seconds(of.p95Seconds)}`}`;
      const failing = of.ratio !== null && of.ratio > 0.0005 ? `${share(of.ratio)} 실패 중` : '';
      const slow = of.p95Seconds !== null && (of.slow || failing === '') ? `p95 ${seconds(of.p95Seconds)}` : '';
      return `${of.name}: ${[failing, slow].filter((part) => part !== '').join(', ')}${release}`;
    },
    logs: (total, bad, service) =>
      `${service ? `${service}: ` : ''}로그 ${count(total)}건, ${bad === 0 ? '경고나 오류 없음' : `경고와 오류가 ${percent(total === 0 ? 0 : bad / total)}`}`,
    alerts: (firing, pending) => (firing + pending === 0 ? '발생했거나 대기 중인 알림이 없음' : `알림 ${count(firing)}개 발생${pending > 0 ? `, ${pending}개 대기` : ''}`),
    alert: (of) =>
      of.burn !== null ? `${of.service}: 오류 예산을 ${times(of.burn)} 속도로 ${of.state === 'resolved' ? '썼음' : '쓰는 중'}${of.page ? ', 호출 대상' : ''}` : of.text,
    incidents: (open) => (open === 0 ? '진행 중인 인시던트가 없음' : `인시던트 ${count(open)}건 진행 중`),
    slos: (of) => {
      if (of.exhausted.length > 0) return `${listed(of.exhausted)}: 예산을 모두 씀`;
      if (of.burning.length > 0) return `${listed(of.burning)}: 예산을 너무 빠르게 쓰는 중`;
      return `SLO ${count(of.total)}개 모두 예산 안`;
    },
    slo: (left) => (left === null ? '이 SLO를 잴 데이터가 없음' : left <= 0 ? '예산을 모두 씀' : `예산이 ${percent(left)} 남음`),
    runbooks: (n) => `런북 ${count(n)}개`,
  },

  standsOut: (of, nowMs) => {
    const n = of.numbers;
    switch (of.code) {
      case 'errorRatio':
        return `요청의 ${percent(n['ratio'] ?? 0)} 실패${n['before'] === undefined ? '' : `, 전에는 ${percent(n['before'])}`}`;
      case 'latencyP95':
        return `p95 ${seconds(n['seconds'] ?? 0)}${n['before'] === undefined ? '' : `, 전에는 ${seconds(n['before'])}`}`;
      case 'noTelemetry':
        return n['sinceMs'] === undefined ? '아무것도 보내지 않음' : `${span(nowMs - n['sinceMs'])}째 조용함`;
      case 'sloBurn':
        return `${of.texts['slo'] ?? 'SLO'} 예산을 ${times(n['burn'] ?? 0)} 속도로 소진`;
      default:
        return '';
    }
  },

  ...findings,

  now: {
    openRoom: '인시던트 룸 열기', whyPaged: '왜 호출했나?', openedBy: (time, by) => (by.toLowerCase() === 'bongsu' ? `${time} 자동 생성` : `${time} ${by} 생성`),
    bad: (latency) => (latency ? '느린 요청' : '실패한 요청'), ofTotal: (total, since) => `${since} 이후 ${total}건 중`, since: (since) => `${since} 이후`,
    budget: '쓴 예산', budgetSub: '전체 기간 예산 대비', budgetGone: '예산', gone: '모두 씀', ofAllowed: (bad, allowed, window) => `${duration(window)} 허용 ${allowed}건 중 ${bad}건`, nextUpdate: '다음 공지 예정', promised: (time) => `${time} 약속`, notPromised: '약속 없음', overdue: (ms) => `${span(ms)} 지남`,
    commander: '지휘', nobody: '아직 없음', scribeMissing: '기록 담당 미지정', scribe: (name) => `기록 ${name}`,
    chart: (slowerThan, latency) => (latency ? `${slowerThan === null ? '느린' : `${seconds(slowerThan)}보다 느린`} 요청 비율, %` : '요청 실패율, %'), changes: '지난 2시간의 변경', firing: '발생한 알림', allAlerts: '전체 알림',
    services: '문제가 큰 순서로 본 서비스', someOf: (shown, total) => `${total}개 중 ${shown}개, 나머지 ${total - shown}개는 정상`, allServices: '전체 서비스',
    suspect: '유력', previous: (version) => `이전 ${version}`, seenOn: (instances) => `인스턴스 ${instances}개에서 확인`, marked: (by) => `${by} 기록`,
    calmLead: '진행 중인 인시던트도, 발생했거나 대기 중인 알림도 없습니다.',
  },
  table: {
    service: '서비스', state: '상태', standsOut: '눈에 띄는 점', rate: '요청', errors: '오류', p50: 'p50', p95: 'p95', p99: 'p99', trend: '추이', p95Trend: 'p95 추이',
    budget: '남은 SLO 예산', release: '최근 릴리스', route: '경로', time: '시간', method: '메서드', version: '버전', instance: '인스턴스', firstSeen: '처음 본 때', peer: '상대', kind: '종류', direction: '방향',
    errorType: '오류 종류', calls: '호출',
  },
  marker: { alert: '알림', several: (kind, n) => `${{ release: '릴리스', alert: '알림', incident: '인시던트' }[kind]} ${n}건` },
  service: {
    requests: '요청', perSecond: '초당', errors: '오류', ofRequests: '요청 대비 %', duration: '응답 시간', quantiles: 'p50, p95, p99', routes: '경로', byTime: '쓴 시간순',
    versions: '버전 비교', instances: '인스턴스', dependencies: '의존 관계', calledBy: '이 서비스를 호출', calls: '이 서비스가 호출', errorClasses: '종류별 오류',
    releases: '릴리스', traces: '트레이스', logs: '로그', owner: (name) => `담당 ${name}`, runbook: '런북', slo: (name, left) => `${name}, ${left} 남음`, sloGone: (name) => `${name}, 예산을 모두 씀`, slos: 'SLO',
    source: (source) => `출처 ${source}`, none: '이 범위에는 없음', before: '이전과 비교', openTraces: '실패한 트레이스', overview: '개요',
    peerKind: { service: '서비스', database: '데이터베이스', cache: '캐시', queue: '큐', external: '외부' },
  },
  traces,
  trace,
  logs,
  metrics,
  storage,
  alerts: {
    name: '알림', since: '시작', severity: '보내는 곳', page: '호출', ticket: '티켓', what: '내용', firedAt: (time) => `${time} 발생`, pendingSince: (time) => `${time}부터 대기`, resolvedAt: (time) => `${time} 해제`,
    value: '값', threshold: (at) => `${at}에 발생`, why: '왜 호출했나, 또는 하지 않았나', decisions: (n) => `판단 ${n}개, 순서대로`, deliveries: '전달', runbook: '런북', labels: '레이블', annotations: '주석', rule: '쿼리', noDecisions: '아직 기록된 판단이 없습니다.', noDeliveries: '보낸 것이 없습니다.',
    attempt: '시도', receiver: '받는 곳', outcome: '결과', at: '시각', outcomes: { delivered: '전달됨', failed: '실패', gaveUp: '포기' }, nextTry: (time) => `다음 시도 ${time}`,
    stage: { evaluation: '규칙 평가', guard: '적은 트래픽 보호', routing: '경로', grouping: '묶음', inhibition: '억제', silences: '침묵', deduplication: '중복 제거', delivery: '전달' },
    active: '진행', all: '전체', resolvedTitle: '해제됨',
  },
  incidents: { open: '진행 중', closed: '해결됨', what: '내용', opened: '시작', lasted: '지속', services: '서비스', commander: '지휘', status: '상태', declare: '인시던트 선언', title: '무슨 일인가', severity: '심각도', affected: '서비스, 쉼표로 구분', titleMissing: '무슨 일인지 한 줄로 쓰세요.' },
  incident: {
    elapsed: '경과', nextUpdate: '다음 공지', promise: '공지 약속', inMinutes: (n) => `${n}분 뒤`, none: '약속 없음', overdue: (ms) => `${span(ms)} 지남`, due: (ms) => `${span(ms)} 뒤`,
    badSoFar: (latency) => (latency ? '지금까지 느림' : '지금까지 실패'), requests: (n) => `${n}건`, notMeasured: '재지 못함', commander: '지휘', acknowledge: '확인', changeStatus: '상태 변경', changeSeverity: '심각도 변경',
    why: '이유', whyHint: '타임라인에 남깁니다: 무엇을 보고 바꾸는지', change: '변경', resolveTitle: '이 인시던트를 해결로 표시할까요?', resolveBody: '아직 발생 중인 알림은 그대로이며 새 인시던트를 열 수 있습니다. 누가 해결했는지 타임라인에 남고, 상태는 되돌릴 수 있습니다.', resolve: '해결로 표시',
    cause: '가장 유력한 원인', foundIn: (took, at) => `${at}에 ${took} 만에 찾음`, confidence: (word, value) => `확신 ${word}, ${value}`, confidenceWord: (value) => (value >= 0.75 ? '높음' : value >= 0.5 ? '보통' : '낮음'),
    noTriage: '아직 트리아지하지 않음', noTriageNext: '알림이 인시던트를 열 때 실행됩니다. 지금 실행할 수도 있습니다.', dontKnow: '원인을 알 수 없음', noIncident: '지표에서 이상을 찾지 못함', whyLower: '다른 원인이 뒤로 밀린 이유', ruledOut: '제외한 것', blindSpots: '보이지 않는 곳', again: '트리아지 다시 실행', running: '트리아지 실행 중',
    against: '반대 근거', supports: '뒷받침', contradicts: '반대', showQuery: '이 쿼리 다시 실행', before: '전', after: '후', measuredAgain: '지금 다시 잰 값', rerunNone: '이 근거에는 PromQL이 없습니다. 쿼리는 아래와 같습니다.', path: (latency) => (latency ? '느려짐이 번진 길' : '실패가 번진 길'), nowIs: (value) => `지금: ${value}`, nowNothing: '지금: 값 없음',
    impact: '영향', impactUnit: (slowerThan, latency) => (latency ? `${slowerThan === null ? '느린' : `${seconds(slowerThan)}보다 느린`} 요청 비율` : '요청 실패율'), timeline: '타임라인', newest: (zone) => `최신순, ${zone}`, onlyPeople: '사람만', everything: '전체', markdown: 'Markdown 복사', write: '타임라인에 쓰기', writeHint: '보거나 한 일을 쓰세요', add: '추가',
    roles: '역할', role: { commander: '지휘', scribe: '기록', communications: '대외 소통' }, nobody: '아직 없음', assignMe: '내가 맡기', assign: '지정', hand: '넘기기', yourName: '이름', nameHint: '이 역할을 맡을 사람', free: '역할 비우기',
    firing: '이 인시던트의 알림', noFiring: '지금 발생 중인 것은 없음', releases: '가까운 릴리스', slos: '예산', runbook: '런북', budgetOf: (part) => `기간 예산의 ${part}`, badRequests: (n, latency) => `${latency ? '느린' : '실패한'} 요청 ${n}건`, deliveries: '알린 사람', over: '해결',
    moveTo: (status) => `${josa(status, '으로', '로')} 바꾸기`, actions: '할 일', notSaved: '저장하지 못했습니다',
  },
  slos: { name: 'SLO', objective: '목표', measured: '측정', budgetLeft: '남은 예산', burn: '지금 소진 속도', state: '상태', window: (days) => `${days} 기준`, bad: (used, allowed) => `허용된 실패 ${allowed}건 중 ${used}건 사용`, ofTotal: (total) => `요청 ${total}건 중`, windows: '구간별 소진 속도', both: '두 구간이 모두 넘어야 함', pair: '구간', above: '발생 기준', long: '긴 구간', short: '짧은 구간', spends: '예산', guard: '적은 트래픽 보호', file: '정의한 파일', burnRate: '소진 속도', burnUnit: '고르게 쓸 때의 배수', sli: '측정값', sliUnit: '성공한 요청의 비율', quiet: '조용함', fires: '발생', problems: '문제가 있는 파일', kind: { availability: '가용성', latency: '지연' } },
  runbooks: { file: '파일', used: '런북' },
};

