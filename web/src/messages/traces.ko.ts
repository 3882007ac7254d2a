import type { DecisionReason } from '../api/bongsu';
import { count, nanos, percent, seconds } from '../format/number';
import type { Messages } from './en';
import { josa } from './josa';
import type { Area } from './traces.en';

// 트레이스 화면의 한국어. Service names, operations and attributes stay as they are.

const area: Record<Area, string> = { slow: '느린 쪽', fast: '빠른 쪽', some: '표시한 쪽' };

export const traces: Messages['traces'] = {
  sentence: (found, slowestMs, failed) =>
    found === 0 ? '맞는 트레이스 없음' : `트레이스 ${count(found)}건, ${failed > 0 ? `오류 ${count(failed)}건` : '오류 없음'}${slowestMs === null ? '' : `, 가장 느린 것은 ${slowestMs < 1 ? '1 ms 미만' : seconds(slowestMs / 1000)}`}`,
  sentenceOfMany: (spans, failed, slowestSeconds) => `맞는 스팬 ${count(spans)}개, ${failed === 0 ? '실패 없음' : `실패 ${count(failed)}개`}${slowestSeconds === null ? '' : `, 가장 느린 것은 ${seconds(slowestSeconds)}`}`,
  sentenceOfNewest: (found, failed) => `최신 트레이스 ${count(found)}건, ${failed > 0 ? `오류 ${count(failed)}건` : '오류 없음'}`,
  nothingYet: '아직 도착한 트레이스가 없습니다', nothingYetNext: 'OpenTelemetry 익스포터를 여기로 향하게 하세요. 첫 스팬이 오면 이 화면이 살아납니다.',
  form: '찾기', formToggle: '필터', of: '볼 것', ofWord: { roots: '요청 전체', entries: '호출에 대한 응답', all: '모든 스팬' },
  service: '서비스', name: '작업이나 경로', min: '최소', max: '최대', status: '상태', any: '전체', error: '실패', ok: '실패 아님', durationHint: '250ms, 1.5s', badDuration: '250ms나 1.5s처럼 쓰세요.',
  attribute: '속성', value: '값', add: '추가', remove: (text) => `${text} 빼기`, anyService: '모든 서비스',
  beyond: '양식으로 나타낼 수 없는 쿼리입니다. 쓰인 그대로 실행하며, 지우면 양식을 다시 쓸 수 있습니다.', again: '쿼리를 고치거나 양식으로 다시 시작하세요:', badQuery: '쿼리를 읽을 수 없음', clear: '지우기', traceql: 'TraceQL', run: '찾기', completions: '자동 완성',
  keysHint: 'Enter로 찾기, Shift+Enter로 줄바꿈, Tab으로 나가기', wrong: (line, column, text) => `${line}행 ${column}열: ${text}`,

  map: '시간에 따른 걸린 시간', mapUnit: (step) => `${step}당 스팬 수, 짙을수록 많음`, mapLabel: (from, to, total) => `${from}부터 ${to}까지 걸린 시간의 히트맵, 스팬 ${count(total)}개. 화살표로 움직이고, Shift와 화살표로 영역을, Enter로 칸을 표시하고, Escape로 풉니다.`,
  cell: (time, low, high, n) => `${time}, ${low}~${high}: 스팬 ${count(n)}개`, mapHint: '느린 쪽을 끌어서 표시하면 무엇이 같은지 보여 줍니다.', mapKeys: '키보드: 화살표, Shift와 화살표, Enter.', none: '그릴 것이 없습니다. 이 범위에 맞는 스팬이 없습니다.',
  marked: (time, low, high, n) => `스팬 ${count(n)}개, ${time}, ${low}~${high}`, unmark: '표시 풀기', zoomTime: '이 시간만 보기', asQuery: '쿼리에 넣기', noMap: '이 쿼리는 히트맵으로 그릴 수 없습니다.', fewer: '적음', more: '많음',

  compare: '무엇이 같은가', compareUnit: (selected, rest) => `스팬 ${count(selected)}개와 나머지 ${count(rest)}개`,
  difference: (of) => `${area[of.area]}의 ${percent(of.share)}가 ${of.attribute}=${of.value}, 나머지는 ${percent(of.rest)}${of.atMost ? ' 이하' : ''}`,
  alike: (of) => `${josa(area[of], '을', '를')} 나머지와 가르는 것이 없음: 5포인트 넘게 다른 속성이 없습니다`, only: '비교할 나머지가 없음: 표시한 영역이 모든 스팬입니다', noneMarked: '표시한 영역에 스팬이 없음',
  selectedShare: '표시한 쪽', restShare: '나머지', diff: '차이', points: '포인트', filterBy: (text) => `${josa(text, '으로', '로')} 찾기`, showAll: (n) => `${n}개 모두 보기`, tooMany: '값이 아주 많은 속성은 가장 흔한 값만 셉니다.',

  found: '트레이스', newest: (n) => `최신 ${count(n)}건`, all: (n) => `모두 ${count(n)}건`, inArea: (what) => `표시한 영역의 ${what}`, sort: '정렬', by: { new: '최신순', slow: '느린 순', spans: '스팬 많은 순' }, errorsFirst: '오류 먼저', load: '더 불러오기', limited: '맞는 것 중 최신만 나옵니다. 다른 것은 히트맵에서 영역을 표시하면 나옵니다.',
  root: '루트', noRoot: '루트를 받지 못함', started: '시작', duration: '걸린 시간', spans: '스팬', errors: '오류', services: (n) => `서비스 ${n}개`, failed: '실패', fine: '정상',
};

// The page counts at least 1 ns, to divide by.
const tookOf = (of: number): string => nanos(of > 1 ? of : 0);
const keptWhy: Record<string, string> = { keep_errors: '실패한 스팬이 있음', keep_slow: '느린 스팬이 있음', head: '들어오는 비율에 듦', before_restart: '다시 켜기 전에 남김' };
const decidedWhen: Record<DecisionReason, string> = { rootEnded: '루트가 끝난 뒤', waitOver: '루트가 오지 않아', memoryFull: '메모리가 차서 일찍', traceTooLarge: '너무 커져서 일찍', planChanged: '정책이 바뀔 때', restarted: '다시 켜기 전에', headRescue: '비율 밖이지만 그 자체로' };

export const trace: Messages['trace'] = {
  sentence: (of) =>
    `${of.name} ${tookOf(of.totalNanos)} 걸림${of.waitNanos === null ? '' : `, 그중 ${josa(nanos(of.waitNanos), '은', '는')} ${of.peer === '' ? '상대' : of.peer} 대기`}${of.failed > 0 ? `, 스팬 ${count(of.failed)}개 실패` : ''}`,
  path: (parts) => (parts.length === 0 ? '' : `임계 경로: ${parts.map((part) => `${part.name} ${part.waits ? '대기' : '실행'} ${percent(part.share)}`).join(', ')}.`),
  keptBecause: (policy, isOwn, reason) => `남긴 까닭: ${isOwn ? keptWhy[policy] ?? policy : `정책 ${policy}`}${reason === null ? '' : `, ${decidedWhen[reason]} 판정`}.`,
  sampling: '트레이스를 고르는 법',
  undecidedYet: (left) => `남길지 아직 판정하지 않았습니다. ${left} 안에 정합니다.`,
  usual: (median, n) => `보통은 ${median}, 앞뒤 한 시간 같은 요청 ${n}건의 중앙값입니다.`, 
  waterfall: '워터폴', parts: (spans, services) => `스팬 ${count(spans)}개, 서비스 ${services}개`, head: '서비스와 작업', tree: '스팬. 화살표로 움직이고 접고 펴며, Enter로 자세히 봅니다.',
  onlyPath: '임계 경로만', next: '경로의 다음', previous: '경로의 이전', 
  running: '실행', inCallee: '하위 호출 중', waiting: '대기', waitingFailed: '실패', off: '임계 경로 밖', critical: '임계 경로', eventMark: '이벤트', logMark: '로그', failed: '실패', ok: '정상',
  where: '시간을 쓴 곳', compare: '다른 것과 비교', previousError: '이전 오류', nextError: '다음 오류',
  find: '스팬에서 찾기', findHint: '이름, 속성, 글자, ID', found: (at, n) => (n === 0 ? '없음' : at === 0 ? `${count(n)}개` : `${count(n)}개 중 ${at}`), nextFound: '다음 결과', previousFound: '이전 결과',
  fold: '접기', unfold: '펴기', foldAll: '서비스별로 접기', unfoldAll: '모두 펴기', folded: (n) => `+${count(n)}`, 
  minimap: '트레이스 전체, 끌면 확대', zoomIn: '이 스팬만 보기', zoomOut: '전체 보기', 
  duration: '걸린 시간', self: '자체', selfRunning: '하위 호출을 뺀 실행', selfWaiting: '하위 호출을 뺀 대기', offPath: '임계 경로 밖', pathTime: '임계 경로',
  started: '시작', after: (time) => `트레이스 시작 ${time} 뒤`, kind: '종류', status: '상태', service: '서비스', spanId: '스팬 ID', parent: '상위 스팬', scope: '계측', attributes: '속성', resource: '리소스', events: '이벤트', 
  kinds: { internal: '내부', server: '서버', client: '클라이언트, 상대를 기다림', producer: '생산자', consumer: '소비자' },
  tracesWith: (text) => `${text} 트레이스`, logsWith: (text) => `${text} 로그`, cut: (length) => `잘림, 모두 ${count(length)}자`, dropped: (a, e, l) => `보낸 쪽이 ${[a > 0 ? `속성 ${count(a)}개` : '', e > 0 ? `이벤트 ${count(e)}개` : '', l > 0 ? `링크 ${count(l)}개` : ''].filter((part) => part !== '').join(', ')}를 뺐습니다.`,
  links: '링크', linksTo: '가리키는 곳', linkedFrom: '가리킨 곳', findLinks: '누가 여기를 가리키나?', noLinks: '이 시간 범위에서 이 트레이스를 가리키는 스팬이 없습니다.', thisTrace: '이 트레이스',
  logsOfSpan: '이 스팬의 로그', showSpanLogs: '로그 보기', showLogs: '로그 보기', hideLogs: '로그 숨기기', logsOfTrace: '이 트레이스의 로그', noSpanLogs: '이 스팬 ID가 담긴 로그가 없습니다.', noLogs: '이 트레이스 ID가 담긴 로그가 없습니다.', openLogs: '로그에서 열기', logsLimited: (n) => `처음 ${count(n)}건`, noSpan: '스팬 없음',
  incomplete: '이 트레이스에 이상한 점이 있습니다',
  problem: {
    orphan: (n) => `스팬 ${count(n)}개의 상위 스팬이 없음: 보내지 않았거나, 샘플링에서 빠졌거나, 아직 오지 않음`,
    duplicate: (n) => `스팬 ${count(n)}개의 ID를 다른 스팬도 씀`,
    cut: (n) => `서로를 상위로 가리키는 고리 ${count(n)}개를 한 곳씩 끊음`,
    backwards: (n) => `스팬 ${count(n)}개가 시작 전에 끝남. 길이 없이 그림`,
    early: (n) => `스팬 ${count(n)}개가 다른 호스트의 상위 스팬보다 먼저 시작: 시계가 맞지 않음. 시각은 보낸 그대로 보임`,
  },
  showOdd: '보기', thisSpan: { orphan: '상위 스팬이 여기에 없음', duplicate: '같은 ID를 쓰는 스팬이 또 있음', cut: '상위 스팬이 이 스팬 아래에 있어 고리를 여기서 끊음', backwards: '시작 전에 끝남', early: '상위 스팬보다 먼저 시작: 시계가 맞지 않음' },
  cutSpans: (shown, total) => `스팬 ${count(total)}개 중 먼저 시작한 ${count(shown)}개만 그렸습니다. JSON에는 모두 있습니다.`,
  missing: '저장된 트레이스가 아님', missingWhy: '보낸 적이 없거나, 샘플링에서 빠졌거나, 보관 기간이 지났거나, 아직 오는 중', sampledAway: (policy) => `샘플링에서 버림${policy === null ? '' : `, 정책 ${policy}`}`, missingNext: '로그에는 이 ID가 있을 수 있습니다. 오는 중이라면 몇 초 뒤에 다시 여세요.', noName: '(이름 없음)', noTraceId: '트레이스 ID가 아님', noTraceIdWhy: '트레이스 ID는 0~9와 a~f로 된 1~32자리입니다. 복사할 때 잘렸을 수 있습니다.', searchTraces: '트레이스 찾기', searchLogs: '로그에서 찾기', json: 'JSON',
};
