import { useI18n } from '../i18n/index.ts';
import { useNow } from './use-now.ts';

/** How long ago something was; the exact time is in the tooltip. */
export function When({ at }: { readonly at: string | null }) {
  const { format } = useI18n();
  const now = useNow();
  if (at === null) return '–';
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.ago(at, now)}
    </time>
  );
}
