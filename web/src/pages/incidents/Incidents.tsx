import { Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentRow, Severity } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { SeverityWord } from '../../components/Beacon';
import { incidentSentence } from '../../components/incidentSentence';
import { Lead } from '../../components/Lead';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Calm, Empty, Loaded } from '../../components/states';
import { When } from '../../components/When';
import { useText } from '../../messages';
import { useNow, useTimeWindow } from '../../time/view';

export default function Incidents() {
  const t = useText();
  const { everyMs } = useTimeWindow();
  const [declaring, setDeclaring] = useState(false);
  const query = useQuery({ queryKey: ['incidents'], queryFn: ({ signal }) => bongsu.incidents('all', signal), refetchInterval: everyMs });
  const declare = <button type="button" className="btn primary" onClick={() => setDeclaring(true)}>{t.incidents.declare}</button>;
  return (
    <Loaded query={query}>
      {({ incidents }) => {
        const open = incidents.filter((one) => one.status !== 'resolved').sort((a, b) => a.severity - b.severity || a.openedMs - b.openedMs);
        const closed = incidents.filter((one) => one.status === 'resolved').sort((a, b) => b.openedMs - a.openedMs);
        return (
          <>
            <Lead sentence={t.sentence.incidents(open.length)} acts={declare} dock={declare} />
            <Panel title={t.incidents.open}>{open.length === 0 ? <Calm title={t.empty.calm}>{t.empty.incidentsNext}</Calm> : <IncidentTable rows={open} />}</Panel>
            <Panel title={t.incidents.closed} tools={<CsvButton name="incidents" head={['id', 'severity', 'title', 'opened', 'resolved']} rows={() => incidents.map((one) => [one.id, one.severity, one.title, new Date(one.openedMs).toISOString(), one.resolvedMs === null ? null : new Date(one.resolvedMs).toISOString()])} />}>
              {closed.length === 0 ? <Empty title={t.empty.incidents}>{t.empty.incidentsNext}</Empty> : <IncidentTable rows={closed} />}
            </Panel>
            {declaring && <Declare close={() => setDeclaring(false)} />}
          </>
        );
      }}
    </Loaded>
  );
}

function IncidentTable({ rows }: { rows: readonly IncidentRow[] }) {
  const t = useText();
  const now = useNow(10_000);
  return (
    <div className="scroll">
      <table>
        <thead><tr><th>{t.incidents.severity}</th><th>{t.incidents.what}</th><th className="ph">{t.incidents.status}</th><th className="ph">{t.incidents.commander}</th><th className="ph">{t.incidents.opened}</th><th className="r">{t.incidents.lasted}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-row>
              <td><SeverityWord severity={row.severity} /></td>
              <td className="clip"><Link className="link" to="/incidents/$id" params={{ id: row.id }}>INC-{row.number}</Link> {incidentSentence(t, row, now)}</td>
              <td className="ph">{t.incidentStatus[row.status]}</td>
              <td className="ph soft">{row.roles.commander ?? t.incident.nobody}</td>
              <td className="ph soft"><When ms={row.openedMs} /></td>
              <td className="r">{t.span((row.resolvedMs ?? now) - (row.startedMs ?? row.openedMs))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Declare({ close }: { close: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [severity, setSeverity] = useState<Severity>(3);
  const [services, setServices] = useState('');
  const [wrong, setWrong] = useState('');
  const open = useMutation({
    mutationFn: () => bongsu.openIncident(title.trim(), severity, services.split(',').map((name) => name.trim()).filter((name) => name !== '')),
    onSuccess: (incident) => void navigate({ to: '/incidents/$id', params: { id: incident.id } }),
    onError: (error) => setWrong(error.message),
  });
  return (
    <Modal opened onClose={close} title={t.incidents.declare} closeButtonProps={{ 'aria-label': t.close }}>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim() === '') setWrong(t.incidents.titleMissing);
          else open.mutate();
        }}
      >
        <label className="wide">{t.incidents.title}<input data-autofocus value={title} maxLength={200} aria-invalid={wrong !== ''} onChange={(event) => setTitle(event.currentTarget.value)} />{wrong !== '' && <span className="wrong" role="alert">{wrong}</span>}</label>
        <label>{t.incidents.severity}<select value={severity} onChange={(event) => setSeverity(Number(event.currentTarget.value) as Severity)}>{([1, 2, 3, 4] as const).map((level) => <option key={level} value={level}>{t.severity(level)}</option>)}</select></label>
        <label className="wide">{t.incidents.affected}<input value={services} onChange={(event) => setServices(event.currentTarget.value)} /></label>
        <button type="submit" className="btn primary" disabled={open.isPending}>{t.incidents.declare}</button>
      </form>
    </Modal>
  );
}
