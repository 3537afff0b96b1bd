import { DownOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useCan } from '../../services/session.ts';
import { Guarded } from '../../ui/guarded.tsx';
import { KINDS, kindText } from '../../ui/rule-kinds/index.ts';

interface LimitButtonProps {
  readonly app: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly service?: string | undefined;
}

/** Opens the form of a rule, filled with what is looked at: of a rate limit, or of any other type. */
export function LimitButton(props: LimitButtonProps) {
  const { t, format, language } = useI18n();
  const can = useCan();
  const navigate = useNavigate();
  const open = (segment: string): void =>
    void navigate({ to: `/rules/${segment}/new` as never, search: props as never });
  return (
    <Space.Compact>
      <Guarded needs="mesh:rule-limit:write">
        <Button type="primary" onClick={() => open('limit')}>
          {t('topology.limit-this')}
        </Button>
      </Guarded>
      <Dropdown
        trigger={['click']}
        menu={{
          items: KINDS.filter(({ segment }) => segment !== 'limit').map((kind) => ({
            key: kind.segment,
            label: kindText(kind, 'add', { t, format, language }),
            disabled: !can(`mesh:rule-${kind.segment}:write`),
            title: can(`mesh:rule-${kind.segment}:write`)
              ? ''
              : t('ui.missing-permission', { permission: `mesh:rule-${kind.segment}:write` }),
          })),
          onClick: ({ key }) => open(key),
        }}
      >
        <Button aria-label={t('topology.other-rule')} icon={<DownOutlined aria-hidden />} />
      </Dropdown>
    </Space.Compact>
  );
}
