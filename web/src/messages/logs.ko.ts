import { count, percent } from '../format/number';
import type { Messages } from './en';
import { josa } from './josa';

// 로그 화면의 한국어. Field names stay as they are.

export const logs: Messages['logs'] = {
  query: 'LogQL 쿼리', queryHint: '찾을 단어 또는 LogQL', run: '실행', clear: '쿼리 지우기', read: (size, took) => `${took}에 ${size} 읽음`,
  saidNew: (service, patterns, since, share) => `${service ? `${service}: ` : ''}${since} 이전에는 없던 로그 패턴 ${count(patterns)}개가 경고와 오류의 ${josa(percent(share), '을', '를')} 차지`,
  saidUnknown: (service, all, unknown) => `${service ? `${service}: ` : ''}로그 ${count(all)}건, ${unknown === all ? '레벨이 적힌 로그 없음' : `레벨이 적힌 로그 중 경고나 오류 없음, ${count(unknown)}건은 레벨 모름`}`,
  saidMetric: '로그에서 얻은 수치',
  seriesShown: (shown, all) => (shown === all ? `시계열 ${count(all)}개` : `시계열 ${count(all)}개 중 높은 ${shown}개, 전체는 CSV에 있음`),

  perStep: (step) => `${step}당 로그`, byLevel: '레벨별, 끌어서 확대', histogram: (levels) => `레벨별 로그: ${levels.join(', ')}`,
  levelClass: { bad: 'error', warn: 'warn', info: 'info', other: '기타' },

  facets: '필터', facetTitle: { level: '레벨', service_name: '서비스', error_type: '오류 종류', service_version: '버전', service_instance_id: '인스턴스', deployment_environment_name: '환경' },
  facetSample: (n, since) => `최신 ${n}건 중, ${since}부터`, facetHint: '누르면 그것만 보고, Alt를 누른 채 누르거나 −를 누르면 뺍니다.', moreFields: (n) => `필드 ${count(n)}개 더`, moreValues: (n) => `${count(n)}개 더`, fewerValues: '줄이기', closeField: (name) => `${name} 닫기`, noValues: '이 범위에 값이 없음', notCounted: (why) => `세지 못함: ${why}`,
  exclude: (value) => `${value} 빼기`, tracesOf: (errorClass) => `${josa(errorClass, '으로', '로')} 실패한 트레이스`,

  records: '로그', newest: (n) => `최신순, ${n}건 표시`, newestOf: (n, all) => `최신순, ${all}건 중 ${n}건 표시`, wrap: '줄바꿈', more: '이전 로그 더 보기', open: '이 로그의 필드 보기, c를 누르면 앞뒤 줄', shut: '이 로그 닫기',
  held: (at) => `, ${at} 기준, 읽는 동안 멈춤`, refresh: '지금 새로 고침', notRefreshed: (why) => `새로 고치지 못함: ${why}`,
  inText: '줄의 본문에서 찾기', everything: '모든 로그 보기',
  none: '아직 도착한 로그가 없습니다', noneNext: 'OpenTelemetry 익스포터를 여기로 향하게 하세요. 첫 로그가 오면 이 화면이 살아납니다.',

  context: '앞뒤 줄', contextOf: '보는 범위', contextOrder: '오래된 것부터', contextOpen: '쿼리로 열기', near: { service: '같은 서비스', instance: '같은 인스턴스', stream: '같은 스트림', trace: '같은 트레이스' },
  moreBefore: (n) => `앞 ${n}줄 더`, moreAfter: (n) => `뒤 ${n}줄 더`, noneBefore: '하루 안에 앞선 줄이 없습니다.', noneAfter: '아직 뒤따르는 줄이 없습니다.',
  openTrace: '트레이스 열기', around: '이 1분', copyLine: '줄 복사', copyJson: 'JSON으로 복사', line: '저장된 그대로의 줄', lineAs: '줄 표시 방식', asWritten: '쓰인 그대로', showWhole: (size) => `${size} 모두 보기`,
  fields: '이 로그의 필드', onlyWith: (name) => `${josa(name, '이', '가')} 같은 로그만`, without: (name) => `이 ${name} 값을 뺀 로그`, copyValue: (name) => `${name} 복사`,

  tail: '실시간 보기', startTail: '실시간 보기', stopTail: '실시간 보기 끝내기', tailCame: (n, kept) => (kept === null ? `최신순, ${n}건 도착` : `최신순, ${n}건 도착, 최근 ${kept}건만 화면에 남김`),
  tailRunning: '받는 중', tailPaused: '읽는 동안 멈춤', tailConnecting: '연결하는 중', tailLost: '연결이 끊겨 다시 시도하는 중', tailRun: '이어 보기', tailPause: '멈추기', tailWaiting: (n) => `새 로그 ${count(n)}건, 이어 보기`,
  tailDropped: (n) => `${n}건 빠짐: 보낼 수 있는 속도보다 빨리 왔습니다. 쿼리로는 보입니다`, tailLeft: (n, kept) => `${n}건 빠짐: 멈춘 동안에는 ${kept}건까지만 기다립니다. 쿼리로는 보입니다`, tailNothing: '지난 1분 동안 로그가 없습니다. 새 로그가 오면 여기에 저절로 나타납니다.',

  patterns: '패턴', pattern: '패턴', againstBefore: '이전 대비', lines: '로그', patternsHold: (rows, all, share) => (rows === all ? `패턴 ${count(all)}개` : `${count(all)}개 중 ${rows}개가 로그의 ${share} 차지`), allPatterns: '모든 패턴', backToRecords: '로그로 돌아가기', patternLines: '이 패턴의 로그 보기',
  verdict: { isNew: '처음', isGone: '사라짐', appeared: '전에는 없음', more: (factor) => `평소의 ${factor}`, less: (factor) => `${factor} 줄어듦`, none: '지금은 없음', usual: '평소대로', unknown: '비교 불가', unknownWhy: '비교하기에는 서비스를 안 지 얼마 되지 않았습니다' },
  patternsBroad: '패턴은 서비스와 레벨별로 셉니다. 쿼리의 다른 필터는 여기에 적용되지 않습니다.',
  noPatterns: '이 범위에 패턴이 없습니다', noPatternsNext: '패턴은 로그가 오는 대로 익힙니다. 둘째 줄이 오면 나타납니다.', otherLines: (n) => `패턴에 들지 않은 로그 ${n}건이 더 있습니다.`,
};
