import { Link } from '@tanstack/react-router';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Lint, LintFinding } from '../../api/bongsu';
import { Icon } from '../../components/icons';
import { ServiceLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Calm, Failure, Skeleton } from '../../components/states';
import { count, percent } from '../../format/number';
import { useText } from '../../messages';
import { lintByService, lintQuery } from './storage';

/** What makes the data of services worth less than it could be: what, how much of it, one example, and what to do. */
export function LintPanel({ query }: { query: UseQueryResult<Lint> }) {
  const t = useText();
  const words = t.storage;
  if (query.error && !query.data) return <section className="panel"><Failure error={query.error} retry={() => void query.refetch()} /></section>;
  if (!query.data) return <section className="panel"><Skeleton lines={5} /></section>;
  const services = lintByService(query.data.findings);
  const checked = query.data.services.reduce((sum, one) => sum + one.checked, 0);
  return (
    <Panel title={words.lintTitle} unit={services.length === 0 ? undefined : words.lintUnit(t.span(query.data.windowMs))}>
      {services.length === 0 ? <Calm title={words.lintNone}>{words.lintNoneNext(checked)}</Calm> : services.map((one) => (
        <section key={one.service} className="lintservice" aria-label={one.service}>
          <h3><ServiceLink name={one.service} /></h3>
          <ul>{one.findings.map((finding) => <Finding key={`${finding.rule} ${finding.signal}`} finding={finding} />)}</ul>
        </section>
      ))}
    </Panel>
  );
}

function Finding({ finding }: { finding: LintFinding }) {
  const t = useText();
  const words = t.storage;
  // A rule of a newer server than this page is told in the server's words.
  const { title, fix } = words.lintRule[finding.rule] ?? { title: finding.rule, fix: finding.fix };
  const secret = finding.rule === 'secretInAttribute';
  const { to, q } = lintQuery(finding);
  return (
    <li>
      <h4>{secret ? <span className="st bad"><Icon name="bad" />{title}</span> : title} <span className="tag">{words.signal[finding.signal]}</span></h4>
      <p className="soft">{words.found(count(finding.count), percent(finding.share))} <Link className="link" to={to} search={{ q }}>{words.look}</Link></p>
      <dl className="kv">
        {finding.keys.length > 0 && <><dt>{words.keys}</dt><dd className="mono">{finding.keys.slice(0, 8).map((key) => `${key.key} ${count(key.count)}`).join(', ')}</dd></>}
        {finding.example !== '' && <><dt>{words.example}</dt><dd className="mono">{finding.example}</dd></>}
        <dt>{words.fix}</dt><dd>{fix}</dd>
      </dl>
    </li>
  );
}
