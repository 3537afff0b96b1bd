import { Timeline } from 'antd';
import { gapBehind, useI18n } from '../../i18n/index.ts';
import type { Rollout } from '../../services/rollouts.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { serverText } from '../../ui/server-text.ts';
import { whoText } from '../../ui/who-text.ts';
import { haltOf } from './rollout-end.ts';

/** Why a rollout gave up by itself, and the proxies where that showed; nothing where somebody ended it. */
export function HaltReason({ rollout }: { readonly rollout: Rollout }) {
  const { t, language } = useI18n();
  const halt = haltOf(rollout);
  const proxies = rollout.breach?.proxies ?? [];
  if (halt === undefined) return null;
  const intro = t('rollout.breach-proxies');
  return (
    <>
      <div>{halt.said === null ? halt.text : serverText(halt.said, language)}</div>
      {proxies.length > 0 && (
        <div className="weft-small">
          {intro}
          {gapBehind(intro)}
          {proxies.map((proxy, at) => (
            <span key={proxy}>
              {at > 0 && ', '}
              <InnerLink to="/proxies" search={{ proxy }} className="weft-in-text">
                {proxy}
              </InnerLink>
            </span>
          ))}
        </div>
      )}
    </>
  );
}

/** What happened to a rollout, by whom and when. */
export function RolloutHistory({ rollout }: { readonly rollout: Rollout }) {
  const { t, format, language } = useI18n();
  return (
    <Timeline
      className="weft-history"
      items={rollout.history.map((event) => ({
        key: `${event.at} ${event.what}`,
        color: event.what === 'halt' ? 'red' : 'gray',
        content: (
          <>
            <strong>{t(`rollout.what-${event.what}`)}</strong> {t('rollout.reached', { percent: event.percent })}
            <div className="weft-muted">
              {whoText(event.by, t)} · {format.time(event.at)}
            </div>
            {event.text !== '' && <div>{event.said === null ? event.text : serverText(event.said, language)}</div>}
          </>
        ),
      }))}
    />
  );
}
