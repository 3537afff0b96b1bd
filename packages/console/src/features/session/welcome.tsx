import { Typography } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.ts';

interface WelcomeProps {
  readonly title: string;
  readonly subtitle: string;
  readonly children: ReactNode;
}

/** The frame of what is shown before the console. */
export function Welcome({ title, subtitle, children }: WelcomeProps) {
  const { t } = useI18n();
  return (
    <main className="weft-welcome">
      <div className="weft-welcome-side" aria-hidden>
        <img src="/weft.svg" alt="" width={44} height={44} />
        <div className="weft-welcome-name">Weft</div>
        <p>{t('session.claim')}</p>
        <Threads />
      </div>
      <div className="weft-welcome-main">
        <div className="weft-welcome-box">
          <Typography.Title level={1} className="weft-welcome-title">
            {title}
          </Typography.Title>
          <p className="weft-muted">{subtitle}</p>
          {children}
        </div>
      </div>
    </main>
  );
}

/** Warp and weft, as decoration. */
function Threads() {
  const lines = Array.from({ length: 9 }, (_, at) => at * 44 + 22);
  return (
    <svg className="weft-threads" viewBox="0 0 400 400" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {lines.map((at) => (
        <path key={`v${at}`} d={`M${at} 0V400`} />
      ))}
      {lines.map((at, row) => (
        <path key={`h${at}`} d={`M0 ${at}H400`} strokeDasharray="44 44" strokeDashoffset={row % 2 === 0 ? 22 : 66} />
      ))}
    </svg>
  );
}
