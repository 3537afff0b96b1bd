import { useI18n } from '../i18n/index.ts';
import { useApps } from '../services/mesh-services.ts';
import { useCan } from '../services/session.ts';
import { ChoiceFilter } from './filter-inputs.tsx';
import { textOf, useView } from './url-state.ts';

/** One app of a list: chosen among those that are known, and the one of the address also when it is not. */
export function AppFilter({ width = 130 }: { readonly width?: number }) {
  const { t } = useI18n();
  const [view] = useView();
  const can = useCan();
  const known = useApps(can('mesh:service:read')).data?.items.map(({ app }) => app) ?? [];
  const chosen = textOf(view, 'app');
  const apps = chosen === undefined || known.includes(chosen) ? known : [chosen, ...known];
  return (
    <ChoiceFilter
      name="app"
      label={t('ui.app')}
      width={width}
      searchable
      options={apps.map((app) => ({ value: app, label: app }))}
    />
  );
}
