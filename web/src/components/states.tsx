import { useEffect, useState, type ReactNode } from 'react';
import { ApiFailure } from '../api/http';
import { useText } from '../messages';
import { Icon } from './icons';

// No data, loading, partial, empty, error and calm never look alike; each keeps the height of what it stands for.

const WIDTHS = ['w92', 'w78', 'w86', 'w64', 'w81', 'w58'];

/** Grey lines after 150 ms, so that a quick answer never flickers. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const t = useText();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="skel" aria-busy="true" role="status">
      <span className="sr">{t.loading}</span>
      {shown && Array.from({ length: lines }, (_, i) => <i key={i} className={WIDTHS[i % WIDTHS.length]} />)}
    </div>
  );
}

export function PanelSkeleton({ lines = 6 }: { lines?: number }) {
  return (
    <section className="panel">
      <Skeleton lines={lines} />
    </section>
  );
}

export function Empty({ title, children, code }: { title: string; children?: ReactNode; code?: string }) {
  return (
    <div className="void">
      <b>{title}</b>
      {children}
      {code !== undefined && <pre>{code}</pre>}
    </div>
  );
}

export function Calm({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="void calm">
      <b>
        <Icon name="good" className="ok" />
        {title}
      </b>
      {children}
    </div>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useText();
  const status = error instanceof ApiFailure ? error.status : -1;
  const said = error instanceof Error ? error.message : String(error);
  return (
    <div className="void" role="alert">
      <b>
        <Icon name="bad" className="no" />
        {t.state.failedTitle(status)}
      </b>
      <span>{said}</span>
      <span>{t.state.failedNext(status)}</span>
      <span className="acts">
        {retry && (
          <button type="button" className="btn sm" onClick={retry}>
            {t.state.retry}
          </button>
        )}
        {error instanceof ApiFailure && (
          <a className="btn sm quiet" href={error.path} target="_blank" rel="noreferrer">
            {t.state.showRequest}
          </a>
        )}
      </span>
    </div>
  );
}

export function Partial({ warnings }: { warnings: readonly string[] }) {
  const t = useText();
  if (warnings.length === 0) return null;
  return (
    <div className="partial" role="status">
      <Icon name="warn" className="s" />
      <span>{t.state.partial(warnings)}</span>
    </div>
  );
}

interface Query<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Loading, failed or there: the body of a page that hangs on one query. Old data stays on screen while a refresh fails. */
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return (
      <section className="panel">
        <Failure error={query.error} retry={() => void query.refetch()} />
      </section>
    );
  }
  return (
    <>
      <PanelSkeleton lines={3} />
      <PanelSkeleton lines={6} />
    </>
  );
}
