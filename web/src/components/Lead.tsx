import type { ReactNode } from 'react';

/** The top of every page: state line, the sentence, one paragraph; buttons to the right, docked at the bottom on a phone. */
export function Lead({ over, sentence, children, acts, dock }: { over?: ReactNode; sentence: string; children?: ReactNode; acts?: ReactNode; dock?: ReactNode }) {
  return (
    <>
      <div className="leadrow">
        <div className="lead">
          {over !== undefined && <div className="over">{over}</div>}
          <h1>{sentence}</h1>
          {children}
        </div>
        {acts !== undefined && <div className="acts">{acts}</div>}
      </div>
      {dock !== undefined && <Dock>{dock}</Dock>}
    </>
  );
}

export function Dock({ children }: { children: ReactNode }) {
  return <div className="dock">{children}</div>;
}
