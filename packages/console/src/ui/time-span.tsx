import { Select } from 'antd';
import { useI18n } from '../i18n/index.ts';
import { numberOf, useView } from './url-state.ts';

const PRESETS = [
  [60, 'ui.span-1m'],
  [300, 'ui.span-5m'],
  [900, 'ui.span-15m'],
  [3600, 'ui.span-1h'],
  [21_600, 'ui.span-6h'],
  [86_400, 'ui.span-24h'],
  [604_800, 'ui.span-7d'],
] as const;

/** The chosen span in seconds; it follows now. */
export function useSpanSeconds(fallback: number): number {
  const [view] = useView();
  const chosen = numberOf(view, 'span', fallback);
  return PRESETS.some(([seconds]) => seconds === chosen) ? chosen : fallback;
}

export function TimeSpanSelect({ fallback }: { readonly fallback: number }) {
  const { t } = useI18n();
  const [, setView] = useView();
  return (
    <Select
      aria-label={t('ui.time-range')}
      style={{ width: 156 }}
      value={useSpanSeconds(fallback)}
      options={PRESETS.map(([value, key]) => ({ value, label: t(key) }))}
      onChange={(value) => setView({ span: value === fallback ? undefined : value, page: undefined })}
    />
  );
}
