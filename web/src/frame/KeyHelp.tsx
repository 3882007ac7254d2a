import { Modal } from '@mantine/core';
import { useText } from '../messages';
import { PAGES } from './pages';

export default function KeyHelp({ close }: { close: () => void }) {
  const t = useText();
  const rows: [string, string][] = [
    ...PAGES.map((page): [string, string] => [`g ${page.key}`, `${t.keys.go}: ${t.nav[page.id]}`]),
    ['/', t.keys.search], ['⌘K', t.keys.palette], ['j k', t.keys.rows], ['Enter', t.keys.open], ['e', t.keys.edit], ['c', t.keys.context],
    ['t z', t.keys.zoomOut], ['t ← →', t.keys.shift], ['p', t.keys.live], ['n p', `${t.nav.trace}: ${t.trace.next}, ${t.trace.previous}`], ['z 0', `${t.nav.trace}: ${t.trace.zoomIn}, ${t.trace.zoomOut}`], ['d', t.keys.dark], ['?', t.keys.help],
  ];
  return (
    <Modal opened onClose={close} title={t.keys.title} closeButtonProps={{ 'aria-label': t.close }}>
      <dl className="kv keys">
        {rows.map(([key, what]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={`${key} what`}>{what}</dd>])}
      </dl>
    </Modal>
  );
}
