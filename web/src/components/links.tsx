import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { csv } from '../format/csv';
import { named } from '../format/text';
import { useText } from '../messages';
import { useTimeWindow, useView } from '../time/view';
import { DropMenu } from './DropMenu';
import { Icon } from './icons';

/** A number that leads to its query: the PromQL opens on the Metrics page over the same time. */
export function QueryLink({ query, children, className = 'q', from, to }: { query: string; children: ReactNode; className?: string; from?: number; to?: number }) {
  const { view } = useView();
  if (query === '') return <span>{children}</span>;
  const range = { ...(from !== undefined ? { from: String(Math.round(from)) } : { from: view.from }), ...(to !== undefined ? { to: String(Math.round(to)) } : { to: view.to }) };
  return (
    <Link className={className} to="/explore" search={{ ...range, tz: view.tz, refresh: view.refresh, q: query }} title={query}>
      {children}
    </Link>
  );
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const curlOf = (path: string): string => `curl -sS ${quoted(new URL(path, location.href).toString())}`;

/** The commands that exist; for everything else there is curl. */
type CliVerb = 'services' | 'slos' | 'alerts' | 'incidents' | `logs ${string}`;
const cliOf = (verb: CliVerb): string => `bongsu ${verb} --url ${location.origin}`;

/** Copy this view as a link, as curl, or as the command line where there is one. */
export function CopyMenu({ path, cli, query }: { path: string; cli?: CliVerb; query?: string }) {
  const t = useText();
  const window = useTimeWindow();
  const [said, setSaid] = useState('');
  const copy = (text: string) => {
    void copyText(text).then((ok) => {
      setSaid(ok ? t.copy.done : t.copy.failed);
      setTimeout(() => setSaid(''), 2500);
    });
  };
  const fixed = () => {
    const range = window.resolve();
    const url = new URL(location.href);
    url.searchParams.set('from', String(Math.round(range.fromMs)));
    url.searchParams.set('to', String(Math.round(range.toMs)));
    return url.toString();
  };
  return (
    <DropMenu
      label={<><Icon name="link" className="s" />{said === '' ? t.copy.menu : said}</>}
      entries={[
        { label: t.copy.link, run: () => copy(location.href) },
        { label: t.copy.fixedLink, run: () => copy(fixed()) },
        { label: t.copy.curl, run: () => copy(curlOf(path)) },
        ...(cli === undefined ? [] : [{ label: t.copy.cli, run: () => copy(cliOf(cli)) }]),
        ...(query === undefined ? [] : [{ label: t.copy.query, run: () => copy(query) }]),
      ]}
    />
  );
}

/** Saves a table as CSV, made in the browser from what is shown. */
export function CsvButton({ name, head, rows }: { name: string; head: string[]; rows: () => (string | number | null)[][] }) {
  const t = useText();
  const save = () => {
    const url = URL.createObjectURL(new Blob([csv(head, rows())], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${name}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button type="button" className="tool" onClick={save}>
      {t.copy.csv}
    </button>
  );
}

// A name longer than this may be cut where it stands.
const LONG_NAME = 20;

/** Release, incident and service names as links. */
export function ServiceLink({ name }: { name: string }) {
  return (
    <Link className="name" to="/services/$name" params={{ name }} title={name.length > LONG_NAME ? name : undefined}>
      {named(name)}
    </Link>
  );
}
