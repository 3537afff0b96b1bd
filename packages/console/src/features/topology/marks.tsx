import { Tag } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { TopologyNode } from '../../services/topology.ts';

type Mark = TopologyNode['marks'][number];
const COLOURS: Readonly<Record<Mark, string>> = {
  limited: 'warning',
  observed: 'processing',
  unhealthy: 'error',
  'rejected-push': 'error',
  stale: 'default',
};

export function Marks({ marks }: { readonly marks: readonly Mark[] }) {
  const { t } = useI18n();
  return marks.map((mark) => (
    <Tag key={mark} color={COLOURS[mark]} variant="outlined">
      {t(`topology.mark-${mark}`)}
    </Tag>
  ));
}
