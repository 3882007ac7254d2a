import { bytes, count, percent } from '../format/number';
import type { Messages } from './en';
import { josa } from './josa';

// 저장소 화면의 한국어.

const spanOf = (ms: number): string => (ms < 3_600_000 ? `${Math.max(1, Math.round(ms / 60_000))}분` : ms < 2 * 86_400_000 ? `${Math.round(ms / 3_600_000)}시간` : `${count(Math.round(ms / 86_400_000))}일`);

export const storage: Messages['storage'] = {
  sentence: (of) => {
    switch (of.kind) {
      case 'young':
        return `디스크가 얼마나 갈지 아직 알 수 없음: 데이터가 ${spanOf(of.historyMs)}치뿐`;
      case 'soon':
        return of.byLimit ? '디스크 한도에 하루 안에 닿음' : '디스크가 하루 안에 참';
      case 'days':
        return of.byLimit ? `지금 속도로 늘면 디스크 한도에 ${count(of.days)}일 뒤에 닿음` : `지금 속도로 늘면 디스크가 ${count(of.days)}일 뒤에 참`;
      case 'held':
        return `디스크는 계속 넉넉함: 보존 기간이 데이터를 ${bytes(of.steadyBytes)} 아래로 유지`;
      default:
        return '지금 속도로 늘어도 디스크는 10년 넘게 넉넉함';
    }
  },
  then: (byLimit) => (byLimit ? '한도에 닿으면 가장 오래된 데이터부터 지웁니다. 들어오는 것은 거부하지 않습니다.' : '디스크가 차면 자리가 날 때까지 들어오는 것을 이유와 함께 거부합니다. --disk-limit를 정하거나, 보존 기간을 줄이거나, 덜 보내세요.'),
  over: (services) => `${services}: 오늘 예산을 모두 썼습니다.`,
  stored: '저장된 양', ofLimit: (limit, isLimit) => (isLimit ? `정해 둔 한도 ${limit} 중` : `디스크에 둘 수 있는 ${limit} 중`), growth: '하루에 느는 양', growthUnknown: '아직 모름', growthSub: '디스크 기준, 지난 온전한 날들', fullOn: '차는 날', limitOn: '한도에 닿는 날', never: '보이지 않음', free: '디스크 여유', budgetsOver: '다 쓴 예산', noneOver: '없음', lint: '점검 결과', lintSub: '지난 1시간',

  signals: '신호별', signalHead: '신호', signal: { metrics: '메트릭', logs: '로그', traces: '트레이스' }, kind: { metrics: '메트릭', rollups5m: '5분 단위 메트릭', rollups1h: '1시간 단위 메트릭', logs: '로그', traces: '트레이스' },
  size: '디스크', wal: (size) => `쓰기 로그에 ${size} 더`, walHead: '쓰기 로그', perDay: '하루', kept: '보존 기간', forEver: '무기한', data: '데이터 시작', files: '파일', rules: (n) => `따로 정한 규칙 ${count(n)}개`, rule: (match, keep) => `${match}: ${keep}`, noDay: '모름', none: '없음',
  days: '데이터 날짜별', daysUnit: '디스크 기준, UTC 날짜', daysNone: '아직 디스크에 온전한 파일이 없습니다. 새 데이터는 쓰기 로그에 먼저 쌓이고, 두 시간 안에 파일이 됩니다.', dayLabel: (day, size, parts) => `${day}: ${size} (${parts})`,
  services: '서비스별', servicesUnit: '들어온 양에 따라 나눔', service: '서비스', total: '합계', share: '비율', ingested: '하루 유입', ingestedHint: '압축 전', servicesNone: '아직 나눌 것이 없습니다. 크기는 파일로 재는데 파일이 없습니다.', leftOut: (n) => `이보다 작은 서비스 ${count(n)}개, 전체는 CSV에 있음`,

  budgets: '오늘의 예산', budgetsUnit: (resets) => `${resets}에 새로 시작`, used: '사용', bytesUsed: '바이트', recordsUsed: '건수', ofBytes: (used, limit) => (limit === null ? used : `${limit} 중 ${used}`), state: '상태',
  budgetState: { within: '예산 안', near: '거의 다 씀', over: '다 씀', none: '한도 없음' }, action: '한도에 닿으면', actions: { warn: '알리기만 함', sample: '일부만 남김', refuse: '거부' },
  keeps: (share, slow) => `오류${slow === null ? '' : `, ${slow} 넘게 걸린 것`}, 나머지의 ${josa(share, '을', '를')} 남김`, refused: (n) => `${n}건 거부`, sampled: (n) => `${n}건 빠짐`, reached: (at) => `이 속도로는 ${at}에 다 씀`,
  budgetsNone: '오늘 로그나 스팬을 보낸 서비스가 없습니다', budgetsNoLimit: (file) => `정해 둔 예산이 없습니다. 한 서비스가 디스크를 채우지 못하게 하려면 설정 폴더에 ${josa(file, '을', '를')} 두세요. 1초 안에 읽습니다.`,

  sampling: {
    title: '샘플링', since: '서버를 켠 뒤부터', off: '모든 트레이스와 로그를 남깁니다', offNext: '샘플링을 하지 않습니다. 오류, 느린 요청, 나머지의 일부만 남기려면 설정 폴더에 sampling.yaml을 쓰세요. 컬렉터의 tail_sampling 블록을 그대로 받으며, 1초 안에 읽습니다:',
    sentence: (of) => {
      const all = of.kept + of.dropped;
      if (all === 0) return of.waiting === 0 ? '아직 판정할 것이 없었습니다.' : `아직 판정한 것이 없습니다. 트레이스 ${count(of.waiting)}개가 끝나기를 기다립니다.`;
      const by = [of.mostKept === null ? '' : `남긴 까닭은 주로 ${of.mostKept}`, of.mostDropped === null ? '' : `버린 까닭은 주로 ${of.mostDropped}`].filter((part) => part !== '');
      return `트레이스 ${count(all)}개 중 ${josa(percent(of.kept / all), '을', '를')} 남겼습니다: ${by.join(', ')}. 요청 수, 오류, 걸린 시간은 모두를 셉니다.`;
    },
    by: (policy, own) => (own === null ? `정책 ${policy}` : `‘${own}’`),
    head: (ratio) => (ratio < 1 ? `트레이스의 ${josa(percent(ratio), '을', '를')} ID로 골라 받습니다. 오류와 느린 스팬은 따로 받습니다.` : '트레이스는 모두 남기고, 로그는 규칙대로 일부만 남깁니다.'),
    early: (n) => `트레이스 ${count(n)}개는 메모리나 크기 때문에 끝을 알기 전에 판정했습니다. sampling.yaml의 memory:나 max_trace_bytes:를 늘리세요.`, lostDrops: (n) => `버리기로 한 트레이스 ${count(n)}개가 아직 저장되어 있습니다. 디스크가 기록을 거부했습니다.`,
    waiting: '판정 전', ofTraces: (capacity) => `트레이스, 자리는 ${capacity}개`, waitingBytes: '기다리는 양', waitingSpans: (n) => `스팬 ${count(n)}개, 저장되어 있고 찾을 수 있음`, longest: '가장 긴 대기', wait: (most, root) => (root === null ? `길어야 ${most}` : `루트가 끝나고 ${root}, 길어야 ${most}`), memory: '메모리', ofMemory: (budget) => `${budget} 중, 기억한 판정 포함`,
    policy: '정책', keptTraces: '남긴 트레이스', droppedTraces: '버린 트레이스', keptSpans: '남긴 스팬', droppedSpans: '버린 스팬', late: '늦은 스팬', lateHint: '판정 뒤에 와서 그 판정을 따름', verdict: '의견', gone: '이제 파일에 없음',
    said: (n, of, drops) => (of === 0 ? '아직 묻지 않음' : `${count(of)}개 중 ${count(n)}개에 ${drops ? '버림' : '남김'}`),
    own: { keep_errors: () => '실패한 스팬이 있음', keep_slow: (least) => `${least} 넘게 걸린 스팬이 있음`, head: () => '들어오는 비율', not_sampled: () => '원한 정책이 없음', maximum_trace_size: () => '허용한 크기보다 큼', before_restart: () => '다시 켜기 전에 판정함' },
    causes: (parts) => `판정한 때: ${parts.join(', ')}.`, cause: (text, n) => `${text} ${count(n)}개`,
    reason: { rootEnded: '루트가 끝난 뒤', waitOver: '루트 없이 대기가 끝나서', memoryFull: '메모리가 차서 일찍', traceTooLarge: '너무 커져서 일찍', planChanged: '정책이 바뀔 때', restarted: '다시 켜기 전', headRescue: '비율 밖이지만 오류나 느린 스팬이라' },
    logRule: '로그 규칙', share: '비율', kept: '남긴 로그', spared: '살린 로그', sparedHint: '비율과 상관없이 남긴 오류와 느린 것', dropped: '버린 로그',
  },

  lintTitle: '데이터의 쓸모를 높이려면', lintUnit: (window) => `지난 ${window} 동안 살펴본 것 중`, lintNone: '찾은 것이 없습니다', lintNoneNext: (checked) => (checked === 0 ? '지난 1시간 동안 살펴본 로그와 스팬이 없습니다.' : `지난 1시간 동안 로그와 스팬 ${count(checked)}건을 살펴봤습니다.`),
  found: (countText, share) => `${countText}건, 살펴본 것의 ${share}`, example: '예', fix: '고치는 법', look: '보러 가기', keys: '속성',
  lintRule: {
    spanNameId: { title: '스팬 이름에 ID가 들어 있음', fix: '스팬 이름은 작업으로 짓고(GET /orders/{id}) ID는 속성에 넣으세요. 호출마다 이름이 다르면 묶거나 비교할 수 없습니다.' },
    routeId: { title: '경로에 ID가 들어 있음', fix: 'http.route에는 요청 경로가 아니라 경로 틀(/orders/{id})을 넣으세요.' },
    missingRoute: { title: '서버 스팬에 경로가 없음', fix: 'http.route를 넣으세요. 프레임워크 계측이 넣어 주며, 아니면 경로가 정해지는 곳에서 넣습니다. 없으면 모든 경로의 요청이 한 수치가 됩니다.' },
    missingStatus: { title: '서버 스팬에 상태 코드가 없음', fix: 'http.response.status_code를 넣으세요. 없으면 실패한 요청도 성공으로 셉니다.' },
    secretInAttribute: { title: '비밀 값이 전송됨', fix: '속성을 넣는 곳에서 빼세요. 여기서는 가렸지만 이미 서비스를 떠났고 오는 길에 기록됐을 수 있습니다.' },
    textLog: { title: '필드 없는 텍스트 로그', fix: 'JSON이나 OTLP 속성으로 값을 필드에 담아 기록하세요. 텍스트는 찾을 수는 있어도 필드로 거르거나 셀 수 없습니다.' },
    missingTraceId: { title: '트레이스 ID 없는 로그', fix: '현재 스팬의 트레이스 ID를 로그마다 넣으세요(trace_id). 로거의 OpenTelemetry 연동이 해 줍니다. 줄에서 트레이스로, 다시 줄로 갈 수 있습니다.' },
    splitStackTrace: { title: '여러 줄로 흩어진 스택 트레이스', fix: '스택 트레이스는 오류 로그 안에 exception.stacktrace로 보내거나, 수집기가 줄을 합치게 하세요.' },
    levelName: { title: '알 수 없는 레벨 이름', fix: 'trace, debug, info, warn, error, fatal을 쓰세요. 다른 이름의 오류는 오류로 세지 않습니다.' },
    tooLarge: { title: '아주 큰 로그나 스팬', fix: '하나를 64 KiB 아래로 두세요. 큰 내용은 다른 곳에 두고 어디 있는지 기록하세요.' },
    timestampOff: { title: '시계가 맞지 않음', fix: '보내는 쪽의 시계를 맞추고(NTP) 1970년부터의 나노초(UTC)로 보내세요. 크게 어긋난 것은 나머지 옆에서 찾을 수 없습니다.' },
  },
};
