import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { bongsu } from '../../api/client';
import { Lead } from '../../components/Lead';
import { Panel } from '../../components/Panel';
import { Empty, Loaded } from '../../components/states';
import { useText } from '../../messages';

export default function Runbooks() {
  const t = useText();
  const query = useQuery({ queryKey: ['runbooks'], queryFn: ({ signal }) => bongsu.runbooks(signal) });
  return (
    <Loaded query={query}>
      {({ runbooks }) => (
        <>
          <Lead sentence={runbooks.length === 0 ? t.empty.runbooks : t.sentence.runbooks(runbooks.length)} />
          <Panel title={t.nav.runbooks}>
            {runbooks.length === 0 ? <Empty title={t.empty.runbooks}>{t.empty.runbooksNext}</Empty> : (
              <ul className="rows">{runbooks.map((one) => <li key={one.name} data-row><span className="t"><Link className="name" to="/runbooks/$name" params={{ name: one.name }}>{one.title}</Link><span className="under mono">{one.name}</span></span></li>)}</ul>
            )}
          </Panel>
        </>
      )}
    </Loaded>
  );
}
