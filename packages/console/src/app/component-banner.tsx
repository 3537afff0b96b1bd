import { Alert } from 'antd';
import { isMessageKey, useI18n } from '../i18n/index.ts';
import { type ComponentState, useComponents } from '../services/components.ts';
import { serverText } from '../ui/server-text.ts';
import { useNow } from '../ui/use-now.ts';

/** Names each component that is away, what does not work without it, and how old what is shown may be. */
export function ComponentBanner() {
  const { t, format, language } = useI18n();
  const { data, error, dataUpdatedAt } = useComponents();
  const now = useNow();
  if (error !== null && data !== undefined) {
    return (
      <Alert
        banner
        type="error"
        title={t('banner.no-answer', { age: format.ago(new Date(dataUpdatedAt).toISOString(), now) })}
        description={error.message}
      />
    );
  }
  const away = data?.items.filter((component) => component.state === 'failed' || component.state === 'starting') ?? [];
  const alerts = away.map((component) => (
    <Alert
      key={component.name}
      banner
      type={component.state === 'failed' ? 'error' : 'warning'}
      title={`${t(component.state === 'failed' ? 'banner.failed' : 'banner.starting', {
        component: component.name,
        since: format.ago(component.since, now),
      })} ${effectOf(component, t)}`}
      description={component.message === '' ? undefined : component.message}
    />
  ));
  const notices = (data?.notices ?? []).map((notice) => (
    <Alert key={notice.id} banner type="warning" title={serverText(notice, language)} />
  ));
  return [...notices, ...alerts];
}

function effectOf(component: ComponentState, t: ReturnType<typeof useI18n>['t']): string {
  const key = `banner.effect-${component.name}`;
  return isMessageKey(key) ? t(key) : '';
}
