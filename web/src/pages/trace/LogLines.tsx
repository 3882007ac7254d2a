import type { LogRecord } from '../../api/loki';
import type { Trace } from '../../api/traces';
import { Icon } from '../../components/icons';
import { levelTone } from '../../components/logLevel';
import { nanos } from '../../format/number';
import { useText } from '../../messages';
import { offsetOf, rowsBySpanId, spanOf } from './spanLogs';

const MOST_LINES = 200;

/** Log records with when they were written, counted from the start of the trace, and the span that wrote them. */
export function LogLines({ trace, records, choose }: { trace: Trace; records: readonly LogRecord[]; choose?: (row: number) => void }) {
  const t = useText();
  const rows = rowsBySpanId(trace);
  return (
    <div className={choose ? 'log tracelogs' : 'log'}>
      {records.slice(0, MOST_LINES).map((record, i) => {
        const tone = levelTone(record.level);
        const span = choose ? spanOf(trace, rows, record) : undefined;
        return (
          <div className="l" key={`${record.key} ${i}`}>
            <time>{nanos(offsetOf(trace, record))}</time>
            <span className={`lv ${tone}`}>{tone === '' ? <span className="sr">{record.level}</span> : <><Icon name={tone} /><span className="sr">{record.level}</span></>}</span>
            {choose && <span className="s">{span ? <button type="button" className="linkbutton" onClick={() => choose(span.row)}>{span.service} {span.name}</button> : <>{record.service} <span className="mute">{t.trace.noSpan}</span></>}</span>}
            <span className="m">{record.line}</span>
          </div>
        );
      })}
      {records.length > MOST_LINES && <p className="body soft">{t.trace.logsLimited(MOST_LINES)}</p>}
    </div>
  );
}
