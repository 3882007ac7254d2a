import { parseMarkdown, type Block, type Inline } from '../../components/markdown';

export function Markdown({ source }: { source: string }) {
  return <div className="md">{parseMarkdown(source).map((block, i) => <BlockView key={i} block={block} />)}</div>;
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading': {
      const Heading = `h${block.level}` as const;
      return <Heading><Inlines of={block.inlines} /></Heading>;
    }
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return <List>{block.items.map((item, i) => <li key={i}><Inlines of={item} /></li>)}</List>;
    }
    case 'code':
      return <pre><code>{block.text}</code></pre>;
    case 'rule':
      return <hr />;
    default:
      return <p><Inlines of={block.inlines} /></p>;
  }
}

function Inlines({ of }: { of: readonly Inline[] }) {
  return of.map((part, i) => {
    if (part.kind === 'link') return <a key={i} className="link" href={part.href} rel="noreferrer">{part.text}</a>;
    if (part.kind === 'code') return <code key={i}>{part.text}</code>;
    if (part.kind === 'bold') return <b key={i}>{part.text}</b>;
    return <span key={i}>{part.text}</span>;
  });
}
