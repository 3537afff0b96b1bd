import { Alert } from 'antd';
import { isMessageKey, type Translate, useI18n } from '../i18n/index.ts';
import { type ComponentState, useComponents } from '../services/components.ts';
import { problemText, serverText } from '../ui/server-text.ts';
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
  // What several fail for is said once: the database is one for all of them.
  const causes = new Map<string, ComponentState[]>();
  for (const component of away) {
    const cause = component.message === '' ? component.name : component.message;
    causes.set(cause, [...(causes.get(cause) ?? []), component]);
  }
  const alerts = [...causes].map(([cause, [first, ...others]]) =>
    first === undefined ? null : (
      <Alert
        key={cause}
        banner
        type={first.state === 'failed' ? 'error' : 'warning'}
        title={`${t(first.state === 'failed' ? 'banner.failed' : 'banner.starting', {
          component: [first, ...others].map(({ name }) => nameOf(name, t)).join(t('banner.and')),
          since: format.ago(first.since, now),
        })} ${others.length === 0 ? effectOf(first, t) : ''}`}
        description={first.message === '' ? undefined : problemText(first.message, language)}
      />
    ),
  );
  const notices = (data?.notices ?? []).map((notice) => (
    <Alert key={notice.id} banner type="warning" title={serverText(notice, language)} />
  ));
  return [...notices, ...alerts];
}

/** One of a newer control plane is called as it calls itself. */
function nameOf(name: string, t: Translate): string {
  const key = `banner.component-${name}`;
  return isMessageKey(key) ? t(key) : name;
}

function effectOf(component: ComponentState, t: Translate): string {
  const key = `banner.effect-${component.name}`;
  return isMessageKey(key) ? t(key) : '';
}
