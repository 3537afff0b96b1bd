import { useI18n } from '../i18n/index.ts';
import { partsOfResource } from './resource-parts.ts';
import { ServiceId } from './service-id.tsx';

/** What a rule counts by: the service, with its method where it is for one, and the side. */
export function ResourceName({ resource }: { readonly resource: string }) {
  const { t } = useI18n();
  const { name, direction } = partsOfResource(resource);
  return (
    <>
      <ServiceId id={name} />
      {direction !== null && <div className="weft-muted weft-small">{t(`rules.direction-${direction}`)}</div>}
    </>
  );
}
