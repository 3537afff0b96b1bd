import { Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly extra?: ReactNode;
  readonly before?: ReactNode;
  readonly children: ReactNode;
}

/** A page: its heading, what can be done on it, and its content. */
export function Page({ title, subtitle, extra, before, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Weft`;
  }, [title]);
  return (
    <main className="weft-page" id="content">
      {before}
      <header className="weft-page-header">
        <div className="weft-page-heading">
          <Typography.Title level={1} className="weft-page-title">
            {title}
          </Typography.Title>
          {subtitle !== undefined && <div className="weft-muted">{subtitle}</div>}
        </div>
        {extra !== undefined && <div className="weft-page-extra">{extra}</div>}
      </header>
      {children}
    </main>
  );
}
