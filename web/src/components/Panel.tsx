import type { ReactNode } from 'react';

interface PanelProps {
  title: string;
  unit?: ReactNode;
  tools?: ReactNode;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Panel({ title, unit, tools, footer, className = '', children }: PanelProps) {
  return (
    <section className={`panel ${className}`}>
      <header>
        <h2>{title}</h2>
        {unit !== undefined && <span className="unit">{unit}</span>}
        {tools !== undefined && <span className="tools">{tools}</span>}
      </header>
      {children}
      {footer !== undefined && <footer>{footer}</footer>}
    </section>
  );
}
