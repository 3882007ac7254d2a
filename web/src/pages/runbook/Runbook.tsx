import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { bongsu } from '../../api/client';
import { Lead } from '../../components/Lead';
import { CopyMenu } from '../../components/links';
import { Loaded } from '../../components/states';
import { Markdown } from './Markdown';

export default function Runbook() {
  const { name } = useParams({ strict: false }) as { name: string };
  const query = useQuery({ queryKey: ['runbook', name], queryFn: ({ signal }) => bongsu.runbook(name, signal) });
  return (
    <Loaded query={query}>
      {(runbook) => (
        <>
          <Lead over={<span className="mono mute">{runbook.file}</span>} sentence={runbook.title} acts={<CopyMenu path={`/bongsu/v1/runbooks/${encodeURIComponent(name)}`} />} />
          <section className="panel"><Markdown source={runbook.markdown.replace(/^#\s.*\n+/, '')} /></section>
        </>
      )}
    </Loaded>
  );
}
