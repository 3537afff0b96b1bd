import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { Guarded } from '../../ui/guarded.tsx';

interface LimitButtonProps {
  readonly app: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly service?: string | undefined;
}

/** Opens the form of a rate-limit rule, filled with what is looked at. */
export function LimitButton(props: LimitButtonProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  return (
    <Guarded needs="mesh:rule-limit:write">
      <Button
        type="primary"
        onClick={() => void navigate({ to: '/rules/limit/new' as never, search: { ...props } as never })}
      >
        {t('topology.limit-this')}
      </Button>
    </Guarded>
  );
}
