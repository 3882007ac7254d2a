import { count } from '../format/number';
import type { Messages } from './en';
import { josa } from './josa';
import { humanMetric, type Ending, type Said } from './metrics.en';

// 메트릭 화면의 한국어: 탐색, 카디널리티, 스크레이프 대상. Metric and label names stay as they are.

const listed = (items: readonly string[]): string => items.join(', ');

function subject({ metric, way, quantiles, window }: Said): string {
  const what = humanMetric(metric);
  switch (way) {
    case 'rate': return `초당 ${what}`;
    case 'increase': return `${window} 동안 늘어난 ${what}`;
    case 'sum': return `${what} 합계`;
    case 'avg': return `${what} 평균`;
    case 'max': return `${what} 최댓값`;
    case 'min': return `${what} 최솟값`;
    case 'mean': return `${what} 평균`;
    case 'observations': return `${what}, 초당 측정 횟수`;
    case 'quantiles': return `${what}, ${listed(quantiles.map((one) => `p${Number((one * 100).toPrecision(6))}`))}`;
    default: return what;
  }
}

const filtered = (one: Said['filters'][number]): string => {
  const value = one.value === '' ? '빈 값' : one.value;
  switch (one.op) {
    case '!=': return `${one.label} ≠ ${value}`;
    case '=~': return `${one.label} ~ ${value}`;
    case '!~': return `${one.label} !~ ${value}`;
    default: return `${one.label} = ${value}`;
  }
};

function ending(end: Ending | null): string {
  if (end === null) return '';
  const { series, top, now, distributions } = end;
  if (series === 0) return '; 이 범위에는 데이터가 없음';
  if (top === null && distributions) return `; 시간에 따른 분포 ${count(series)}개`;
  if (top === null) return '; 보여 줄 값이 없음';
  const when = now ? '지금' : '끝 시점';
  return series === 1 || top.name === '' ? `; ${when} ${top.value}` : `; ${when} 가장 높은 것은 ${top.name}, ${top.value}`;
}

export const metrics: Messages['metrics'] = {
  tabs: { label: '메트릭 화면', explore: '탐색', cardinality: '카디널리티', targets: '스크레이프 대상' },
  said: (of, end) => `${subject(of)}${of.filters.length === 0 ? '' : ` (${listed(of.filters.map(filtered))})`}${of.by !== null && of.by.length > 0 ? `, ${listed(of.by)}별` : ''}${ending(end)}`,
  saidOther: (queries, series, end) => `${queries > 1 ? `쿼리 ${queries}개, ` : '이 쿼리의 '}시계열 ${count(series)}개${ending(end)}`,
  saidWrong: (place) => (place ? `쿼리가 올바르지 않음: ${place.line}행 ${place.column}열` : '쿼리에 답하지 못함'),
  welcome: (metrics) => (metrics === null ? '메트릭' : metrics === 0 ? '아직 들어온 메트릭이 없음' : `메트릭 ${count(metrics)}개가 있음. 하나를 골라 보세요`),
  more: (shown, total) => `${count(total)}개 중 ${shown}개; 더 적으면 좁혀집니다`,

  find: '메트릭 찾기', findHint: '이름, 단위 또는 설명 속 낱말', found: '찾은 메트릭', noneFound: '맞는 메트릭이 없습니다. 이름, 단위, 종류, 설명에서 찾았습니다.',
  truncated: (n) => `메트릭 이름이 ${count(n)}개보다 많아 앞의 ${count(n)}개에서만 찾습니다. 정확한 이름은 쿼리에 바로 쓸 수 있습니다.`,
  kind: { counter: '카운터', gauge: '게이지', histogram: '히스토그램', nativeHistogram: '네이티브 히스토그램', summary: '서머리' },
  guessed: '이름으로 짐작한 종류', noHelp: '설명이 오지 않음',
  shape: 'PromQL 없이', ways: '보기', way: { value: '그대로', sum: '합계', avg: '평균', max: '최댓값', min: '최솟값', rate: '초당', increase: '증가량', quantiles: 'p50, p90, p99', mean: '평균', observations: '횟수' },
  by: '묶기', apart: '시계열마다', filters: '조건', addFilter: '레이블로 거르기', is: '같음', isNot: '다름', values: (label) => `${label} 값`, narrow: '값 좁히기',
  moreValues: (n) => `앞의 ${count(n)}개만 표시`, removeFilter: (text) => `조건 ${text} 지우기`, closeValues: '닫기', noLabels: '이 메트릭에는 레이블이 없습니다', noValues: '이 범위에는 값이 없습니다',

  queries: '쿼리', query: 'PromQL 쿼리', queryOf: (letter) => `PromQL 쿼리 ${letter}`, run: '실행', add: '쿼리 추가', format: '정리', remove: (letter) => `쿼리 ${letter} 지우기`, history: '기록', noHistory: '이 브라우저에서 실행한 쿼리가 아직 없습니다', clearHistory: '기록 지우기',
  completions: '완성 후보', keysHint: 'Enter 또는 Ctrl+Enter로 실행, Shift+Enter로 줄 바꿈, Tab으로 나가기', problem: (line, column, text) => `${line}행 ${column}열: ${text}`,

  result: '결과', mode: '기간 또는 지금', overTime: '기간', instant: '지금', atEnd: '범위의 끝 기준', show: '차트 또는 표', chart: '차트', table: '표', step: '간격', auto: (step) => `자동, ${step}`,
  dots: '이그젬플러', dotsLabel: (n) => `이그젬플러 ${n}개; 화살표 키로 옮기고 Enter로 트레이스를 엽니다`, dot: (time, value, labels) => `${time}: ${value}${labels === '' ? '' : `, ${labels}`}; 트레이스 열기`,
  dotsFloor: '점 하나가 추적된 요청 하나이며, 누르면 트레이스가 열립니다. 이 쿼리는 재지 않고 세는 것이라 점은 바닥에 놓입니다.', dotsHigh: '점 하나가 추적된 요청 하나의 값이며, 누르면 트레이스가 열립니다.', dotsFailed: '이그젬플러를 읽지 못했습니다.', fit: '값에 맞추기', fitHint: '축이 0이 아니라 가장 낮은 값 가까이에서 시작합니다',
  legend: '시계열', last: '마지막', min: '최소', max: '최대', mean: '평균', value: '값', time: '시각', samples: '샘플', shown: (name) => `${name} 그리기`, solo: (name) => `${name}만 그리기`, all: '모두 다시 그리기',
  leftOut: (left, lines) => `시계열 ${count(left)}개는 그리지 않았습니다. 선이 ${lines}개보다 많은 차트는 알아볼 수 없습니다. 더 적은 레이블로 묶거나, 거르거나, topk(10, …)를 쓰세요.`,
  rowsLeftOut: (rows, total) => `시계열 ${count(total)}개 중 앞의 ${rows}개를 표시합니다. CSV에는 모두 들어 있습니다.`,
  cut: (limit) => `서버에 시계열을 ${count(limit)}개까지만 요청했고 더 있습니다. 거르거나 묶으면 모두 볼 수 있습니다.`,
  notes: (infos) => `참고: ${infos.join('; ')}`, failedRow: (letter) => `쿼리 ${letter}`,
  histograms: '네이티브 히스토그램입니다. 샘플 하나가 분포 전체라서 선 하나로 그릴 수 없습니다.', asQuantiles: 'p50, p90, p99로 그리기', buckets: '버킷', bucketRange: '구간', bucketCount: '개수', observations: (n, sum) => `측정 ${n}회, 모두 ${sum}`,
  histogramsLeftOut: (shown, total) => `히스토그램 ${count(total)}개 중 ${shown}개를 표시합니다.`, noBuckets: '채워진 버킷이 없음',
  rangeVector: '범위 벡터입니다. 목록으로는 볼 수 있지만 그릴 수는 없습니다. rate(…)나 avg_over_time(…)으로 감싸세요.',
  none: '아직 메트릭이 없습니다', noneNext: '보내면 첫 메트릭과 함께 이 화면이 살아납니다:',

  cardinality: {
    calm: (series, limit, growth, atLeast) => `폭발하는 것 없음: 시계열 ${limit === 0 ? '' : `한도 ${count(limit)}개 중 `}${count(series)}개${growth === 0 && !atLeast ? ', 지난 한 시간 동안 새것 없음' : `, 지난 한 시간 동안 ${atLeast ? '적어도 ' : ''}${count(growth)}개 늘어남`}`,
    exploding: (of) => `${josa(of.metric, '이', '가')} ${of.label} 때문에 폭발 중: 값 ${count(of.values)}개, 지난 한 시간 동안 새 시계열 ${count(of.newLastHour)}개${of.refused > 0 ? `, 거부된 것 ${count(of.refused)}개` : ''}. ${josa(of.label, '을', '를')} 제한해야 함`,
    refusing: (metric, refused) => `${josa(metric, '이', '가')} 한도에 닿음: 지난 한 시간 동안 새 시계열 ${count(refused)}개가 거부됨`,
    refusingService: (service, refused) => `${josa(service, '이', '가')} 한도에 닿음: 지난 한 시간 동안 새 시계열 ${count(refused)}개가 거부됨`,
    counted: (series, label, values) => `시계열 ${count(series)}개${label === null ? '' : `; 값이 가장 많은 레이블은 ${label}, ${count(values)}개`}`,
    full: (series, limit) => `서버가 거의 참: 시계열 한도 ${count(limit)}개 중 ${count(series)}개`,
    others: (n) => `다른 메트릭 ${n}개도 살펴봐야 합니다. 아래에 표시했습니다.`,
    empty: '아직 시계열이 없음', unknown: '서버가 한도를 알려 주지 않아 저장된 것만 보여 줍니다.',
    how: (label) => `${josa(label, '을', '를')} 제한하는 방법`, howWhy: '값이 끝없이 생기는 레이블(사용자, 주문, 세션, 원래 경로)은 값마다 시계열을 하나씩 만듭니다. 이미 있는 시계열은 계속 저장되고, 한도(--max-series-per-metric, --max-series-per-service)를 넘는 새 시계열만 거부되고 세어집니다. 다른 것에는 해가 없습니다.',
    howSource: '보내는 쪽에서 고치는 것이 가장 좋습니다. 측정에서 그 속성을 빼거나, 몇 가지 부류로 바꾸세요(경로 대신 라우트 템플릿, 크기 대신 크기 등급).', howScrape: 'Bongsu가 스크레이프한다면 scrape.yaml의 해당 잡에:', howCollector: '중간의 OpenTelemetry Collector에서:', docs: 'Prometheus의 레이블 설명',
    series: '시계열', ofLimit: (limit) => `한도 ${limit}`, newLastHour: '한 시간 새것', refused: '한 시간 거부', chunks: '청크', pairsTotal: '레이블 쌍', memory: '레이블 메모리',
    metrics: '시계열이 많은 메트릭', metric: '메트릭', limit: '한도', limitOfMetric: '서비스당 한도', suspect: '폭발하는 레이블', labels: '값이 많은 레이블', label: '레이블', values: '값', bytes: '메모리', pairs: '시계열이 많은 레이블 쌍', pair: '레이블 쌍', services: '시계열이 많은 서비스', service: '서비스',
    explodes: '폭발', atLimit: '한도에 닿음', ofTop: (n) => `큰 메트릭 ${n}개에서`, top: (n) => `큰 것부터 ${n}개`, asOf: (time) => `${time} 기준, 30초마다`, onSeries: (n) => `값 ${n}개`,
  },
  targets: {
    down: (down, total) => `대상 ${total}개 중 ${down}개가 응답하지 않음`, allUp: (total) => `대상 ${total}개 모두 정상`, waiting: (n, total) => `대상 ${total}개 중 ${n}개는 아직 스크레이프하지 않음`, none: '스크레이프하는 대상이 없음',
    noneNext: 'Bongsu는 보내 온 것을 받습니다. Prometheus처럼 /metrics 페이지를 스크레이프하려면 설정 폴더에 scrape.yaml을 두세요. prometheus.yml도 그대로 됩니다:', first: (pool, error) => `첫 번째는 잡 ${pool}: ${/[.?!]$/.test(error) ? error : `${error}.`}`,
    target: '대상', pool: '잡', health: '상태', healthWord: { up: '정상', down: '응답 없음', unknown: '스크레이프 전' }, last: '마지막 스크레이프', took: '걸린 시간', never: '없음', onlyDown: '문제 있는 것만', filter: '대상 찾기', filterHint: '주소, 잡 또는 레이블', none2: '맞는 대상이 없습니다', leftOut: (shown, total) => `${count(total)}개 중 ${shown}개를 응답 없는 것부터 표시합니다. 다른 것은 찾아보세요.`, every: (interval) => `${interval}마다`,
    losing: (n) => `대상 ${n}개는 정상이지만 샘플을 잃고 있음`, losingWord: '정상, 샘플 손실',
    pools: '잡', upOf: (up, total) => `${total}개 중 ${up}개 정상`,
  },
};
