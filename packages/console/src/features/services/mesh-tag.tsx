import { Tag } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { Service } from '../../services/mesh-services.ts';

const COLOURS = { all: 'success', some: 'warning', none: 'default' } as const;

export function MeshTag({ mesh }: { readonly mesh: Service['mesh'] }) {
  const { t } = useI18n();
  return (
    <Tag color={COLOURS[mesh]} variant="outlined">
      {t(`services.mesh-${mesh}`)}
    </Tag>
  );
}
